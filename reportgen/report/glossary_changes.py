"""The figures of the chapter on changes, explained; empty for a first issue, which has no such chapter."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.drift_shift import stability_index
from reportgen.language import say
from reportgen.report.desk import Desk
from reportgen.report.glossary_words import entry
from reportgen.report.views import Explained


def change_entries(desk: Desk) -> list[Explained]:
    """Return what the index of stability, the match of segments and the difference of two indices mean."""
    if desk.analysis.changes is None:
        return []
    psi = entry(
        "psi",
        say("Population stability index"),
        say(
            "How far a distribution moved from one issue to the next. 0 is no change. An alarm is 0.25 and more, "
            "if chance alone would not do it."
        ),
        formula=say("sum over levels of (share now - share before) × ln(share now ÷ share before)"),
        example=say(
            "Two levels that go from {half} and {half} to {more} and {less} give {psi}.",
            half=desk.fmt.share_in_table(0.5),
            more=desk.fmt.share_in_table(0.6),
            less=desk.fmt.share_in_table(0.4),
            psi=desk.fmt.decimal(stability_index(np.array([50, 50]), np.array([60, 40])), 3),
        ),
        source=say("Lewis, An Introduction to Credit Scoring (1994); chance: Yurdakul and Naranjo (2020)."),
    )
    if desk.is_print:  # paper has no room for more, and its chapter names no other figure
        return [psi]
    return [
        psi,
        entry(
            "match",
            say("Match of a segment"),
            say(
                "How much a segment has in common with one of the issue before; above 0.5 it is the same and keeps its "
                "letter. Where people cannot be found again, the distance of the centres decides."
            ),
            formula=say("people in both ÷ people in either"),
            source=say("Jaccard (1901)."),
        ),
        entry(
            "change",
            say("Difference of two indices"),
            say(
                "Index now less index before, in points. Its interval is made of the intervals of both; a difference "
                "is told as news only where the interval leaves out zero."
            ),
            source=say("Zou and Donner, Statistics in Medicine 27 (2008)."),
        ),
    ]
