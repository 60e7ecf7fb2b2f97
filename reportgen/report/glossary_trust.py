"""How firmly segments stand and what chance makes of them, explained with figures of this report."""

from __future__ import annotations

from reportgen.report.desk import Desk
from reportgen.report.glossary_words import entry
from reportgen.report.views import Explained


def stability_entries(desk: Desk) -> list[Explained]:
    """Return what says how firmly the segments stand: badge, agreement, silhouette, inertia."""
    fmt, analysis = desk.fmt, desk.analysis
    firmest = max(
        (s for s in analysis.placed if s.jaccard is not None), key=lambda s: (s.jaccard or 0.0, -s.id), default=None
    )
    example = ""
    if firmest is not None and firmest.reproduced is not None:
        example = (
            f"Segment {firmest.letter}: {fmt.coefficient(firmest.jaccard)}, found again in "
            f"{fmt.count(firmest.reproduced.times)} of {fmt.quantity(firmest.reproduced.of, 'refit', 'refits')}: "
            f"{firmest.badge}."
        )
    chosen = next((row for row in analysis.choice.scan if row.k == analysis.choice.k), None)
    if analysis.choice.merged_from is not None:  # the merged segments are not those that were tried
        chosen = None
    agreement = (
        ""
        if chosen is None
        else f"{fmt.quantity(chosen.k, 'segment', 'segments')}: {fmt.coefficient(chosen.ari)} over "
        f"{fmt.quantity(chosen.pairs, 'pair', 'pairs')} of samples."
    )
    silhouette = "" if chosen is None else f"{fmt.coefficient(chosen.silhouette)} here."
    return [
        entry(
            "badge", "Badge: how firmly a segment stands",
            "The analysis is repeated on bootstrap samples, and each segment is matched with its counterpart. Highly "
            "stable: "
            "an overlap of 0.85 or more; stable: 0.75; pattern only: 0.6, the pattern comes back but not its "
            "borders; do not "
            "trust: less.",
            formula="Jaccard similarity: people in both ÷ people in either, averaged over repetitions",
            example=example, source="Hennig, Computational Statistics & Data Analysis 52 (2007).",
        ),
        entry(
            "agreement", "Agreement of refits",
            "How alike two clusterings of the same people are: 1 is the same, 0 is what chance gives.",
            formula="adjusted Rand index: (pairs treated alike − expected) ÷ (largest possible − expected)",
            example=agreement, source="Hubert and Arabie, Journal of Classification 2 (1985).",
        ),
        entry(
            "silhouette", "Silhouette",
            "How much nearer a person is to the own segment’s centre than to the next: near 1 is well apart, near 0 "
            "is on the "
            "border.",
            formula="(distance to the next centre − distance to the own) ÷ distance to the next, averaged",
            example=silhouette,
            source="Rousseeuw, Journal of Computational and Applied Mathematics 20 (1987), simplified.",
        ),
        entry(
            "inertia", "Inertia",
            "What is left of the differences between people inside the segments: the lower, the tighter. It always "
            "falls with "
            "more segments, so it does not choose their number.",
            formula="squared distances to the own centre ÷ squared distances to the centre of everybody",
        ),
    ]  # fmt: skip
