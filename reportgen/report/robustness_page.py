"""Would another analyst find the same? Variants of the analysis, and what chance alone makes of it."""

from __future__ import annotations

from reportgen.analysis.result import NullModel, Segment, Variant
from reportgen.formatting import NOT_GIVEN
from reportgen.report.assumptions import flips, labels_of, other_bound
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, name_segments

_MODELS = {
    "data": "your data",
    "normal": "one normal cloud of the same shape",
    "independent": "your features, each shuffled over the people",
}


def robustness_page(desk: Desk) -> Page:
    """Return the chapter that puts the segments to the test."""
    robustness = desk.analysis.robustness
    what = "Some choices of an analysis go unseen. Here they are made otherwise, one at a time."
    heading, lead = {
        True: (robustness.sentence, what),
        False: (_turned(desk), robustness.sentence),
        None: ("What other ways to analyse would find.", what),
    }[robustness.survives]
    sections = (_variants(desk), _placebo(desk), _bounds(desk))
    return Page(
        id="robustness",
        file="robustness.html",
        kicker="Robustness",
        question="Would another analyst find the same?",
        heading=heading,
        lead=(lead,),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("robustness"),
    )


def _turned(desk: Desk) -> str:
    """Name the segments that another way to analyse would judge otherwise."""
    turned = {segment for variant in desk.analysis.robustness.variants for segment in variant.changed}
    segments = [desk.analysis.by_id[segment] for segment in sorted(turned)]
    return f"{capital(name_segments(segments, desk.fmt))} would be judged otherwise in another analysis."


def _variants(desk: Desk) -> Section:
    columns = (
        Column("The analysis with", "text", 34), Column("Agreement", "number", 12),
        Column("Index of the leading segment", "number", 18), Column("Verdicts that change", "text", 18),
        Column("People", "number", 12),
    )  # fmt: skip
    table = Table(
        id="table-sensitivity",
        caption="The published segments beside other ways to analyse",
        columns=columns,
        rows=tuple(_variant_row(desk, variant) for variant in desk.analysis.robustness.variants),
        note="Agreement: adjusted Rand index with the published segments on a sample, its people to the nearest ten. A "
        "verdict that changes counts as inconclusive.",
        csv=desk.csv("sensitivity"),
        stack=True,
    )
    return Section(
        id="robustness-variants",
        title="Other ways to analyse",
        text=("Each line changes one decision of the analysis and leaves the others as they are.",),
        tables=(table,),
    )


def _variant_row(desk: Desk, variant: Variant) -> Row:
    fmt = desk.fmt
    changed = [desk.analysis.by_id[segment] for segment in variant.changed]
    return Row(
        (
            Cell(variant.label, small=variant.note),
            Cell(NOT_GIVEN if variant.ari is None else fmt.coefficient(variant.ari)),
            Cell(NOT_GIVEN if variant.leading_index is None else fmt.index(variant.leading_index)),
            Cell(_changed(desk, variant, changed)),
            Cell(NOT_GIVEN if variant.ari is None else fmt.count(variant.rows)),
        )
    )


def _changed(desk: Desk, variant: Variant, changed: list[Segment]) -> str:
    if variant.ari is None:
        return "does not apply"
    return capital(name_segments(changed, desk.fmt)) if changed else "none"


def _placebo(desk: Desk) -> Section:
    columns = (
        Column("k-means on", "text", 34), Column("Silhouette", "number", 14),
        Column("95 % of draws below", "number", 18), Column("Agreement", "number", 14), Column("Inertia", "number", 14),
    )  # fmt: skip
    placebo = desk.analysis.placebo
    table = Table(
        id="table-placebo",
        caption="The same analysis on data without groups",
        columns=columns,
        rows=tuple(_model_row(desk, model) for model in placebo.models),
        note="Shuffling features breaks their relations and keeps the lumps of each feature. Inertia: share of the "
        "total that is left within segments.",
        csv=desk.csv("placebo"),
        stack=True,
    )
    return Section(
        id="robustness-placebo",
        title="What chance makes of it",
        text=(placebo.sentence,),
        tables=(table,),
    )


def _model_row(desk: Desk, model: NullModel) -> Row:
    fmt = desk.fmt
    limit = model.silhouette_limit
    return Row(
        (
            Cell(_MODELS[model.name]),
            Cell(fmt.coefficient(model.silhouette)),
            Cell(NOT_GIVEN if limit is None else fmt.coefficient(limit)),
            Cell(fmt.coefficient(model.ari)),
            Cell(fmt.share_in_table(model.inertia)),
        )
    )


def _bounds(desk: Desk) -> Section | None:
    """Show how far low-information records could move each index, where there are any."""
    low = desk.analysis.by_id.get(0)
    known = [segment for segment in desk.analysis.placed if segment.index_placed is not None]
    if low is None or low.population.count + low.customers.count == 0 or not known:
        return None
    columns = (
        Column("Segment", "text", 40), Column("Index", "number", 10),
        Column("With low-information records", "number", 18), Column("Verdict then", "text", 16),
        Column("Standard\u00adised", "number", 16),
    )  # fmt: skip
    allowed = desk.fmt.words(labels_of(desk.analysis, desk.analysis.standard_features))
    standardised = (
        f"Standardised: what remains when {allowed} are allowed for."
        if allowed
        else "Not standardised: the dictionary names no feature for age, sex or region."
    )
    table = Table(
        id="table-bounds",
        caption="Indices under two other assumptions",
        columns=columns,
        rows=tuple(_bounds_row(desk, segment) for segment in known),
        note="With low-information records: each is put into the segment nearest to what is known of it. "
        + standardised,
        csv=desk.csv("segments"),
        stack=True,
    )
    return Section(
        id="robustness-bounds",
        title="Low-information records, age, sex and region",
        text=(
            "Nobody knows where low-information records belong. If they were placed by the little that is known, the "
            "indices would be these.",
        ),
        tables=(table,),
    )


def _bounds_row(desk: Desk, segment: Segment) -> Row:
    fmt = desk.fmt
    then = segment.verdict_if_placed
    held = segment.reasons
    return Row(
        (
            Cell(f"{segment.letter} {segment.name}"),
            Cell(fmt.index(segment.index_placed)),
            Cell(
                fmt.held(held.get("index_bounds", ""))
                if segment.index_bounds is None
                else fmt.index(other_bound(segment))
            ),
            Cell(NOT_GIVEN if then is None else f"{then}, not {segment.verdict}" if flips(segment) else then),
            Cell(
                fmt.held(held.get("index_standardised", ""))
                if segment.index_standardised is None
                else fmt.index(segment.index_standardised)
            ),
        ),
        tone="chosen" if flips(segment) else "",
    )
