"""The words that describe people and data, explained with figures of this report."""

from __future__ import annotations

from reportgen.language import say
from reportgen.report.desk import Desk
from reportgen.report.views import Explained


def entry(slug: str, term: str, meaning: str, *, formula: str = "", example: str = "", source: str = "") -> Explained:
    """Return one explained term; ``slug`` makes its anchor."""
    return Explained(f"term-{slug}", term, meaning, formula, example, source)


def description_entries(desk: Desk) -> list[Explained]:
    """Return how people and components are described, and what guards against chance."""
    fmt = desk.fmt
    share = next(((s, m) for s in desk.analysis.placed for m in s.markers if m.measure == "h" and 0 < m.here < 1), None)
    mean = next(
        (
            (s, m)
            for s in desk.analysis.placed
            for m in s.markers
            if m.measure == "d" and (m.here > m.everybody) == (m.effect > 0)
        ),
        None,
    )
    h_example = d_example = carried = ""
    if share is not None:
        segment, marker = share
        h_example = say(
            "Segment {letter}, {feature}: {level}: {here} against {everybody} gives {effect}.",
            letter=segment.letter,
            feature=marker.label,
            level=marker.level_label or marker.level or marker.phrase,
            here=fmt.share_in_table(marker.here),
            everybody=fmt.share_in_table(marker.everybody),
            effect=fmt.signed(marker.effect),
        )
    if mean is not None:
        segment, marker = mean
        d_example = say(
            "Segment {letter}, {feature}: mean {here} against {everybody} gives {effect}.",
            letter=segment.letter,
            feature=marker.label,
            here=fmt.mean_code(marker.here),
            everybody=fmt.mean_code(marker.everybody),
            effect=fmt.signed(marker.effect),
        )
    reading = next(iter(desk.analysis.components.readings), None)
    if reading is not None:
        carried = say("Component 1 carries {share} of the variance.", share=fmt.share_in_table(reading.explained))
    return [
        entry(
            "effect",
            say("Effect"),
            say(
                "How large a difference between two shares is, on a scale that treats rare and common facts alike. 0.2 "
                "is somewhat, 0.5 clearly; below 0.2 a fact is not mentioned."
            ),
            formula=say("Cohen’s h = 2 arcsin(square root of the one share) − 2 arcsin(square root of the other)"),
            example=h_example,
            source=say("Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 6."),
        ),
        entry(
            "difference",
            say("Standardised difference"),
            say(
                "The same for ordered features: by how many standard deviations two means differ, positive towards "
                "more of what the label names."
            ),
            formula=say(
                "(mean here − mean of everybody) ÷ standard deviation of everybody; turned round where low codes mean "
                "more"
            ),
            example=d_example,
            source=say("Cohen (1988), chapter 2."),
        ),
        entry(
            "construction",
            say("By construction"),
            say(
                "A feature that noticeably shaped the segments, or closely follows one that did (“via”), differs "
                "between them by construction. Only the others are evidence."
            ),
        ),
        entry(
            "component",
            say("Component, share carried"),
            say(
                "A scale that bundles features that go together. The share says how much of all differences between "
                "people it carries."
            ),
            formula=say("eigenvalue ÷ sum of eigenvalues"),
            example=carried,
            source=say(
                "Principal components; unordered features in the metric of Pagès, Revue de Statistique Appliquée 52 "
                "(2004)."
            ),
        ),
        entry(
            "parallel",
            say("Chance line of components"),
            say("How large a component gets by chance alone, when every feature is shuffled on its own."),
            formula=say("95th percentile of the eigenvalues of shuffled data"),
            source=say("Horn, Psychometrika 30 (1965)."),
        ),
        entry(
            "chance",
            say("Correction for many comparisons"),
            say(
                "Among many comparisons some differ by chance. Facts are kept when the expected share of false ones "
                "among them is at most 5\u00a0%."
            ),
            source=say("Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995)."),
        ),
    ]


def _small_entry(desk: Desk) -> Explained:
    return entry(
        "small",
        say("< 10 and withheld"),
        say(
            "A count of one to nine people is not given, nor its share, index or interval. “Withheld” stands for a "
            "figure from which such a count could be worked out. Rare answers are put together, and shares within "
            "a segment are rounded where that is enough."
        ),
        example=_small_example(desk),
        source=say("Hundepool and others, Statistical Disclosure Control, Wiley (2012), chapters 4 and 5."),
    )


def _small_example(desk: Desk) -> str:
    line = next((line for line in desk.analysis.suppression if line.treatment == "pooled"), None)
    return "" if line is None else say("{what}: {why}.", what=line.what, why=line.why)


def data_entries(desk: Desk) -> list[Explained]:
    """Return what is missing, filled in, set apart or expected."""
    fmt, quality = desk.fmt, desk.analysis.quality
    missing = next((column for column in quality.columns if column.missing_blank and column.missing_coded), None)
    missing_example = ""
    if missing is not None:
        missing_example = say(
            "{column}: {blank} blank and {coded} coded give {share}.",
            column=missing.label,
            blank=fmt.count(missing.missing_blank),
            coded=fmt.count(missing.missing_coded),
            share=fmt.share_in_table(missing.missing_share),
        )
    rows = quality.rows
    low_example = say("Nobody is set apart in this report.")
    if rows.threshold is not None:
        low_example = say(
            "{limit} or more of {columns} columns missing: {people} people.",
            limit=fmt.count(rows.threshold),
            columns=fmt.count(rows.columns),
            people=fmt.count(rows.low_information),
        )
    return [
        entry(
            "missing",
            say("Missing"),
            say("A blank cell, or a code that the dictionary lists as unknown."),
            formula=say("(blank + coded) ÷ rows"),
            example=missing_example,
        ),
        entry(
            "imputed",
            say("Answers filled in"),
            say(
                "Gaps in the columns that build segments are filled with the average, which pulls towards the middle. "
                "The share of filled cells says how much of a segment rests on that."
            ),
            formula=say("missing cells ÷ all cells of the segment in columns that build segments"),
        ),
        entry(
            "low",
            say("Low-information records"),
            say(
                "People of whom so much is missing that they cannot be placed. They are segment 0: counted, indexed "
                "and shown apart."
            ),
            example=low_example,
        ),
        entry(
            "expected",
            say("Expected customers"),
            say("How many customers a segment would hold if it were average. Under 100 no verdict is possible."),
            formula=say("all customers × share of the population"),
        ),
        # on paper the section on small counts says the same
        *(() if desk.is_print else (_small_entry(desk),)),
    ]
