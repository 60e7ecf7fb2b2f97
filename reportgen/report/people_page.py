"""Customers against the population, feature by feature, before any clustering."""

from __future__ import annotations

from reportgen.charts.comparison import feature_ids
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table

NOTABLE = 0.2
CLEAR = 0.5
TOLD = 5
PRINTED_HEIGHT = 900.0
HEADING_HEIGHT = 90.0


def people_page(desk: Desk) -> Page:
    """Return the chapter on customers against the population."""
    features = desk.analysis.features
    notable = [feature for feature in features if abs(feature.effect or 0.0) >= NOTABLE]
    sections = (_top(desk), _levels(desk), None if desk.is_print else _all(desk))
    return Page(
        id="people",
        file="people.html",
        kicker="People",
        question="How do customers differ from everybody?",
        heading=notable[0].sentence
        if notable
        else "Customers differ little from the population in any single feature.",
        lead=(
            "This chapter compares both files directly, before any clustering: if the segments said otherwise, this "
            "would be "
            "the one to believe.",
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("people"),
    )


def _top(desk: Desk) -> Section:
    fmt, features = desk.fmt, desk.analysis.features
    clear = sum(1 for feature in features if abs(feature.effect or 0.0) >= CLEAR)
    some = sum(1 for feature in features if NOTABLE <= abs(feature.effect or 0.0) < CLEAR)
    counted = (
        f"Of {fmt.quantity(len(features), 'feature', 'features')}, {fmt.count(clear)} "
        f"{'tells' if clear == 1 else 'tell'} customers clearly apart and {fmt.count(some)} somewhat; the others "
        "hardly or "
        "not at all."
    )
    told = [feature.sentence for feature in features[:TOLD] if abs(feature.effect or 0.0) >= NOTABLE]
    return Section(
        id="people-top",
        title="What tells customers apart",
        text=(counted,),
        bullets=tuple(told[1:]),
        figures=desk.figures("gaps"),
    )


def _levels(desk: Desk) -> Section | None:
    names = [name for name in feature_ids(desk.analysis) if desk.has_chart(name)]
    figures = desk.figures(*(_fitting(desk, names) if desk.is_print else names))
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
    rows = tuple(
        Row(
            (
                Cell(feature.label, small=feature.name if feature.name != feature.label else ""),
                Cell(feature.information_level or NOT_GIVEN),
                Cell(_effect(desk, feature.effect, feature.measure), tone="strong"),
                Cell(_effect(desk, feature.effect_placed, feature.measure)),
                Cell(_grade(feature.effect)),
            ),
            tone="" if abs(feature.effect or 0.0) >= NOTABLE else "quiet",
        )
        for feature in features
    )
    table = Table(
        id="table-features",
        caption="Every feature by effect size",
        columns=(
            Column("Feature", "text", 44), Column("About", "text", 18), Column("Effect", "number", 10),
            Column("Placed people only", "number", 14), Column("Customers differ", "text", 14),
        ),
        rows=rows,
        note="Positive: customers have more of what the label names (ordered features only).",
        csv=desk.csv("features"),
        tone="long",
    )  # fmt: skip
    return Section(
        id="people-all",
        title="Every feature",
        text=(
            "The effect is Cohen’s h of the level that differs most, or the standardised difference of means for "
            "ordered "
            "features. The second figure leaves the low-information records out: where the two differ much, missing "
            "data "
            "is part of the difference.",
        ),
        tables=(table,),
    )


def _effect(desk: Desk, effect: float | None, measure: str) -> str:
    if effect is None:
        return NOT_GIVEN
    return desk.fmt.signed(effect) if measure == "d" else desk.fmt.decimal(abs(effect), 2)


def _grade(effect: float | None) -> str:
    size = abs(effect or 0.0)
    return "clearly" if size >= CLEAR else "somewhat" if size >= NOTABLE else "hardly"
