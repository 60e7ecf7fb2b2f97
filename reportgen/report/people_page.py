"""Customers against the population, feature by feature, before any clustering."""

from __future__ import annotations

from reportgen.charts.comparison import feature_ids
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Page, Row, Section, Table
from reportgen.report.wording import capital, low_information

NOTABLE = 0.2
CLEAR = 0.5
DRAWN = 6
LISTED = 15
PRINTED_HEIGHT = 1150.0
HEADING_HEIGHT = 90.0


def people_page(desk: Desk) -> Page:
    """Return the chapter on customers against the population."""
    sections = (_top(desk), _levels(desk), None if desk.is_print else _all(desk))
    return Page(
        id="people",
        file="people.html",
        kicker="People",
        question="How do customers differ from everybody?",
        heading=_heading(desk),
        lead=(
            "This chapter compares both files directly, before any clustering: if the segments said otherwise, this "
            "would be "
            "the one to believe.",
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("people"),
    )


def _heading(desk: Desk) -> str:
    """Say how many features tell customers apart, and which of them most."""
    fmt, features = desk.fmt, desk.analysis.features
    clear = sum(1 for feature in features if abs(feature.effect or 0.0) >= CLEAR)
    some = sum(1 for feature in features if abs(feature.effect or 0.0) >= NOTABLE)
    if not some:
        return "Customers differ little from the population in any single feature."
    number, word = (clear, "clearly") if clear else (some, "somewhat")
    of = fmt.quantity(len(features), "feature", "features")
    most = f", {features[0].label} most of all" if number > 1 else f": {features[0].label}"
    return f"{fmt.count(number)} of {of} {'tells' if number == 1 else 'tell'} customers {word} apart{most}."


def _top(desk: Desk) -> Section:
    fmt, features = desk.fmt, desk.analysis.features
    some = sum(1 for feature in features if NOTABLE <= abs(feature.effect or 0.0) < CLEAR)
    clear = sum(1 for feature in features if abs(feature.effect or 0.0) >= CLEAR)
    rest = len(features) - some - clear
    counted = f"{fmt.quantity(rest, 'feature tells', 'features tell')} them hardly or not at all apart."
    if clear and some:
        counted = f"{fmt.count(some)} more {'does' if some == 1 else 'do'} so somewhat; {counted}"
    return Section(
        id="people-top",
        title="What tells customers apart",
        text=(capital(counted),),
        figures=desk.figures("gaps"),
    )


def _levels(desk: Desk) -> Section | None:
    names = [name for name in feature_ids(desk.analysis) if desk.has_chart(name)]
    figures = desk.figures(*(_fitting(desk, names) if desk.is_print else names[:DRAWN]))
    folded = () if desk.is_print else desk.figures(*names[DRAWN:])
    if not figures:
        return None
    return Section(
        id="people-levels",
        title="The strongest features, level by level",
        text=(
            "Shares are among people with a known value. An index of 100 means as frequent among customers as in the "
            "population.",
        ),
        figures=figures,
        folds=(Fold(f"The next {desk.fmt.quantity(len(folded), 'feature', 'features')}", figures=folded),)
        if folded
        else (),
    )


def _fitting(desk: Desk, names: list[str]) -> list[str]:
    """Return the strongest features whose charts fill one printed page; a chart with many levels is passed over."""
    kept: list[str] = []
    height = 0.0
    for name in names:
        needed = desk.charts[name].height + HEADING_HEIGHT
        if height + needed <= PRINTED_HEIGHT:
            kept.append(name)
            height += needed
    return kept


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
            tone="" if abs(feature.effect or 0.0) >= NOTABLE else "quiet",
        )
        for feature in features
    )
    columns = (
        Column("Feature", "text", 44), Column("About", "text", 18), Column("Effect", "number", 10),
        *([Column("Placed people only", "number", 14)] if apart else []), Column("Customers differ", "text", 14),
    )  # fmt: skip
    note = "Positive: customers have more of what the label names (ordered features only)."
    csv = desk.csv("features")
    # one list more than a handful longer than what is shown would be two tables for one
    short = len(rows) <= LISTED + 5
    first = rows if short else rows[:LISTED]
    shown = Table(
        "table-features", "Features by effect size", columns, first, note, csv if short else "", "long", stack=True
    )
    every = Table("table-every-feature", "Every feature by effect size", columns, rows, note, csv, "long", stack=True)
    return Section(
        id="people-all",
        title="Every feature",
        text=(
            "The effect is Cohen’s h of the level that differs most, or the standardised difference of means for "
            "ordered features."
            + (
                " The second figure leaves the low-information records out: where the two differ much, missing data is "
                "part of the difference."
                if apart
                else ""
            ),
        ),
        tables=(shown,),
        folds=() if short else (Fold(f"All {desk.fmt.quantity(len(rows), 'feature', 'features')}", (every,)),),
    )


def _effect(desk: Desk, effect: float | None, measure: str) -> str:
    if effect is None:
        return NOT_GIVEN
    return desk.fmt.signed(effect) if measure == "d" else desk.fmt.decimal(abs(effect), 2)


def _grade(effect: float | None) -> str:
    size = abs(effect or 0.0)
    return "clearly" if size >= CLEAR else "somewhat" if size >= NOTABLE else "hardly"
