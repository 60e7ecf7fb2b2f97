"""Customers against the population, feature by feature, before any clustering."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.analysis.profiles import CLEAR_EFFECT, EFFECT_LIMIT, as_printed
from reportgen.charts.shown import feature_ids, fitting
from reportgen.formatting import NOT_GIVEN, Formatter
from reportgen.language import say, say_n
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Page, Row, Section, Table
from reportgen.report.wording import capital, low_information

DRAWN = 6
LISTED = 15


def people_page(desk: Desk) -> Page:
    """Return the chapter on customers against the population."""
    sections = (_top(desk), _levels(desk), None if desk.is_print else _all(desk))
    return Page(
        id="people",
        file="people.html",
        kicker=say("People"),
        question=say("How do customers differ from everybody?"),
        heading=_heading(desk),
        lead=(
            say(
                "This chapter compares both files directly, before any clustering: if the segments said otherwise, "
                "this would be the one to believe."
            ),
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("people"),
    )


def _heading(desk: Desk) -> str:
    """Say how many features tell customers apart, and which of them most."""
    fmt, features = desk.fmt, desk.analysis.features
    sizes = [as_printed(feature.effect or 0.0) for feature in features]
    clear = sum(size >= CLEAR_EFFECT for size in sizes)
    some = sum(size >= EFFECT_LIMIT for size in sizes)
    if not some:
        return say("Customers differ little from the population in any single feature.")
    number = clear or some
    values = {"n": fmt.count(number), "of": fmt.count(len(features)), "feature": features[0].label}
    if number == 1 and clear:
        return say_n(
            len(features),
            "{n} of {of}\u00a0feature tells customers clearly apart: {feature}.",
            "{n} of {of}\u00a0features tells customers clearly apart: {feature}.",
            **values,
        )
    if number == 1:
        return say_n(
            len(features),
            "{n} of {of}\u00a0feature tells customers somewhat apart: {feature}.",
            "{n} of {of}\u00a0features tells customers somewhat apart: {feature}.",
            **values,
        )
    if clear:
        return say("{n} of {of}\u00a0features tell customers clearly apart, {feature} most of all.", **values)
    return say("{n} of {of}\u00a0features tell customers somewhat apart, {feature} most of all.", **values)


def _top(desk: Desk) -> Section:
    fmt, features = desk.fmt, desk.analysis.features
    sizes = [as_printed(feature.effect) for feature in features if feature.effect is not None]
    clear = sum(size >= CLEAR_EFFECT for size in sizes)
    some = sum(size >= EFFECT_LIMIT for size in sizes) - clear
    rest, unknown = len(sizes) - some - clear, len(features) - len(sizes)
    return Section(
        id="people-top",
        title=say("What tells customers apart"),
        text=(*_others(fmt, some, rest, clear=clear > 0), *_not_compared(fmt, unknown)),
        figures=desk.figures("gaps"),
    )


def _others(fmt: Formatter, some: int, rest: int, *, clear: bool) -> tuple[str, ...]:
    """Say how many features tell customers somewhat or hardly apart; the page's title tells of the best ones."""
    told = say_n(
        rest,
        "{n}\u00a0feature tells them hardly or not at all apart.",
        "{n}\u00a0features tell them hardly or not at all apart.",
        n=fmt.count(rest),
    )
    if not (clear and some):
        return (capital(told),) if rest else ()
    if not rest:
        return (say_n(some, "{n} more does so somewhat.", "{n} more do so somewhat.", n=fmt.count(some)),)
    values = {"n": fmt.count(some), "rest": told}
    return (say_n(some, "{n} more does so somewhat; {rest}", "{n} more do so somewhat; {rest}", **values),)


def _not_compared(fmt: Formatter, number: int) -> tuple[str, ...]:
    if not number:
        return ()
    return (
        say_n(
            number,
            "{n}\u00a0feature could not be compared; features.csv says why.",
            "{n}\u00a0features could not be compared; features.csv says why.",
            n=fmt.count(number),
        ),
    )


def _levels(desk: Desk) -> Section | None:
    names = [name for name in feature_ids(desk.analysis) if desk.has_chart(name)]
    heights = {name: desk.charts[name].height for name in names}
    figures = desk.figures(*(fitting(heights) if desk.is_print else names[:DRAWN]))
    folded = () if desk.is_print else desk.figures(*names[DRAWN:])
    if not figures:
        return None
    return Section(
        id="people-levels",
        title=say("The strongest features, level by level"),
        text=(
            say(
                "Shares are among people with a known value. An index of 100 means as frequent among customers as in "
                "the population."
            ),
        ),
        figures=figures,
        folds=(Fold(_next_words(len(folded), desk.fmt), figures=folded),) if folded else (),
    )


def _next_words(number: int, fmt: Formatter) -> str:
    return say_n(number, "The next {n}\u00a0feature", "The next {n}\u00a0features", n=fmt.count(number))


def _all(desk: Desk) -> Section:
    features = desk.analysis.features
    apart = low_information(desk.analysis) is not None
    rows = tuple(
        Row(
            (
                Cell(feature.label, small=feature.name if feature.name != feature.label else ""),
                Cell(feature.information_level or NOT_GIVEN),
                Cell(_effect(desk, feature.effect, feature.measure), tone="strong"),
                *([Cell(_effect(desk, feature.effect_placed, feature.measure))] if apart else []),
                Cell(_grade(feature.effect)),
            ),
            tone="" if as_printed(feature.effect or 0.0) >= EFFECT_LIMIT else "quiet",
        )
        for feature in features
    )
    columns = (
        Column(say("Feature"), "text", 44), Column(say("About"), "text", 18), Column(say("Effect"), "number", 10),
        *([Column(say("Placed people only"), "number", 14)] if apart else []),
        Column(say("Customers differ"), "text", 14),
    )  # fmt: skip
    note = say("Positive: customers have more of what the label names (ordered features only).")
    csv = desk.csv("features")
    # one list more than a handful longer than what is shown would be two tables for one
    short = len(rows) <= LISTED + 5
    first = rows if short else rows[:LISTED]
    shown = Table("table-features", say("Features by effect size"), columns, first, note, csv, "long", stack=True)
    caption = say("Every feature by effect size")
    every = Table("table-every-feature", caption, columns, rows, note, csv, "long", stack=True)
    text = say(
        "The effect is Cohen’s h of the level that differs most, or the standardised difference of means for ordered "
        "features."
    )
    if apart:
        text += " " + say(
            "The second figure leaves the low-information records out: where the two differ much, missing data is part "
            "of the difference."
        )
    whole = say_n(len(rows), "All {n}\u00a0feature", "All {n}\u00a0features", n=desk.fmt.count(len(rows)))
    return Section(
        id="people-all",
        title=say("Every feature"),
        text=(text,),
        tables=(shown,),
        folds=() if short else (Fold(whole, (every,)),),
    )


def _effect(desk: Desk, effect: float | None, measure: str) -> str:
    if effect is None:
        return NOT_GIVEN
    return desk.fmt.signed(effect) if measure == "d" else desk.fmt.decimal(abs(effect), 2)


def _grade(effect: float | None) -> str:
    if effect is None:
        return NOT_GIVEN
    size = as_printed(effect)
    return in_words("clearly" if size >= CLEAR_EFFECT else "somewhat" if size >= EFFECT_LIMIT else "hardly")
