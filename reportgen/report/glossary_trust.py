"""How firmly segments stand and what chance makes of them, explained with figures of this report."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.language import say
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
        example = say(
            "Segment {letter}: {overlap}, found again in {times} of {refits}: {badge}.",
            letter=firmest.letter,
            overlap=fmt.coefficient(firmest.jaccard),
            times=fmt.count(firmest.reproduced.times),
            refits=fmt.quantity(firmest.reproduced.of, "refit", "refits"),
            badge=in_words(str(firmest.badge)),
        )
    chosen = next((row for row in analysis.choice.scan if row.k == analysis.choice.k), None)
    if analysis.choice.merged_from is not None:  # the merged segments are not those that were tried
        chosen = None
    agreement = silhouette = ""
    if chosen is not None:
        agreement = say(
            "{segments}: {agreement} over {pairs} of samples.",
            segments=fmt.quantity(chosen.k, "segment", "segments"),
            agreement=fmt.coefficient(chosen.ari),
            pairs=fmt.quantity(chosen.pairs, "pair", "pairs"),
        )
        silhouette = say("{silhouette} here.", silhouette=fmt.coefficient(chosen.silhouette))
    return [
        entry(
            "badge",
            say("Badge: how firmly a segment stands"),
            say(
                "The analysis is repeated on bootstrap samples, and each segment is matched with its counterpart. "
                "Highly stable: an overlap of 0.85 or more; stable: 0.75; pattern only: 0.6, the pattern comes back "
                "but not its borders; do not trust: less."
            ),
            formula=say("Jaccard similarity: people in both ÷ people in either, averaged over repetitions"),
            example=example,
            source=say("Hennig, Computational Statistics & Data Analysis 52 (2007)."),
        ),
        entry(
            "agreement",
            say("Agreement of refits"),
            say("How alike two clusterings of the same people are: 1 is the same, 0 is what chance gives."),
            formula=say("adjusted Rand index: (pairs treated alike − expected) ÷ (largest possible − expected)"),
            example=agreement,
            source=say("Hubert and Arabie, Journal of Classification 2 (1985)."),
        ),
        entry(
            "silhouette",
            say("Silhouette"),
            say(
                "How much nearer a person is to the own segment’s centre than to the next: near 1 is well apart, near "
                "0 is on the border."
            ),
            formula=say("(distance to the next centre − distance to the own) ÷ distance to the next, averaged"),
            example=silhouette,
            source=say("Rousseeuw, Journal of Computational and Applied Mathematics 20 (1987), simplified."),
        ),
        entry(
            "inertia",
            say("Inertia"),
            say(
                "What is left of the differences between people inside the segments: the lower, the tighter. It always "
                "falls with more segments, so it does not choose their number."
            ),
            formula=say("squared distances to the own centre ÷ squared distances to the centre of everybody"),
        ),
    ]
