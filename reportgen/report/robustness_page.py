"""Would another analyst find the same? Variants of the analysis, and what chance alone makes of it."""

from __future__ import annotations

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_checks import NullModel, Variant
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import NOT_GIVEN, is_few, is_withheld
from reportgen.language import mark, say, say_in, say_marked, say_n
from reportgen.report.assumptions import flips, labels_of, missing_segments, other_bound
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, name_segments

_MODELS = {
    "data": mark("your data"),
    "normal": mark("one normal cloud of the same shape"),
    "coded": mark("one normal cloud cut into the same codes"),
    "independent": mark("your features, each shuffled over the people"),
}


def robustness_page(desk: Desk) -> Page:
    """Return the chapter that puts the segments to the test."""
    robustness = desk.analysis.robustness
    what = say("Some choices of an analysis go unseen. Here they are made otherwise, one at a time.")
    heading, lead = {
        True: (robustness.sentence, what),
        False: (_turned(desk), robustness.sentence),
        None: (say("What other ways to analyse would find."), what),
    }[robustness.survives]
    sections = (_variants(desk), _placebo(desk), _bounds(desk))
    return Page(
        id="robustness",
        file="robustness.html",
        kicker=say("Robustness"),
        question=say("Would another analyst find the same?"),
        heading=heading,
        lead=(lead,),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("robustness"),
    )


def _turned(desk: Desk) -> str:
    """Name the segments that another way to analyse would judge otherwise."""
    turned = {segment for variant in desk.analysis.robustness.variants for segment in variant.changed}
    segments = [desk.analysis.by_id[segment] for segment in sorted(turned)]
    return say_n(
        len(segments),
        "{segment} would be judged otherwise in another analysis.",
        "{segments} would be judged otherwise in another analysis.",
        segment=capital(name_segments(segments, desk.fmt)),
        segments=capital(name_segments(segments, desk.fmt)),
    )


def _variants(desk: Desk) -> Section:
    columns = (
        Column(say("The analysis with"), "text", 34), Column(say("Agreement"), "number", 12),
        Column(say("Index of the leading segment"), "number", 18), Column(say("Verdicts that change"), "text", 18),
        Column(say("People"), "number", 12),
    )  # fmt: skip
    table = Table(
        id="table-sensitivity",
        caption=say("The published segments beside other ways to analyse"),
        columns=columns,
        rows=tuple(_variant_row(desk, variant) for variant in desk.analysis.robustness.variants),
        note=say(
            "Agreement: adjusted Rand index with the published segments on a sample, its people to the nearest ten. A "
            "verdict that changes counts as inconclusive."
        ),
        csv=desk.csv("sensitivity"),
        stack=True,
    )
    return Section(
        id="robustness-variants",
        title=say("Other ways to analyse"),
        text=(say("Each line changes one decision of the analysis and leaves the others as they are."),),
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
            Cell(_changed(desk, variant, changed), small=_missing(desk, variant)),
            Cell(NOT_GIVEN if variant.ari is None else fmt.count(variant.rows)),
        )
    )


def _missing(desk: Desk, variant: Variant) -> str:
    lost = missing_segments(desk.analysis, variant)
    return say("not found again: {segments}", segments=desk.fmt.words([s.letter for s in lost])) if lost else ""


def _changed(desk: Desk, variant: Variant, changed: list[Segment]) -> str:
    if variant.ari is None:
        return say("does not apply")
    return capital(name_segments(changed, desk.fmt)) if changed else say_in("verdicts", "none")


def _placebo(desk: Desk) -> Section:
    columns = (
        Column(say("k-means on"), "text", 34), Column(say("Silhouette"), "number", 14),
        Column(say("95 % of draws below"), "number", 18), Column(say("Agreement"), "number", 14),
        Column(say("Inertia"), "number", 14),
    )  # fmt: skip
    placebo = desk.analysis.placebo
    table = Table(
        id="table-placebo",
        caption=say("The same analysis on data without groups"),
        columns=columns,
        rows=tuple(_model_row(desk, model) for model in placebo.models),
        note=say(
            "Shuffling features breaks their relations and keeps the lumps of each feature. Inertia: share of the "
            "total that is left within segments. Clouds: means over draws; the chapter on the number of segments shows "
            "one."
        ),
        csv=desk.csv("placebo"),
        stack=True,
    )
    return Section(
        id="robustness-placebo",
        title=say("What chance makes of it"),
        text=(placebo.sentence,),
        tables=(table,),
    )


def _model_row(desk: Desk, model: NullModel) -> Row:
    fmt = desk.fmt
    limit = model.silhouette_limit
    return Row(
        (
            Cell(say_marked(_MODELS[model.name])),
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
        Column(say("Segment"), "text", 40), Column(say("Index"), "number", 10),
        Column(say("With low-information records"), "number", 18), Column(say("Verdict then"), "text", 16),
        Column(say("Standard\u00adised"), "number", 16),
    )  # fmt: skip
    allowed = desk.fmt.words(labels_of(desk.analysis, desk.analysis.standard_features))
    standardised = (
        say("Standardised: what remains when {features} are allowed for.", features=allowed)
        if allowed
        else say("Not standardised: the dictionary names no feature for age, sex or region.")
    )
    placed = say("With low-information records: each is put into the segment nearest to what is known of it.")
    table = Table(
        id="table-bounds",
        caption=say("Indices under two other assumptions"),
        columns=columns,
        rows=tuple(_bounds_row(desk, segment) for segment in known),
        note=f"{placed} {standardised}",
        csv=desk.csv("segments"),
        stack=True,
    )
    return Section(
        id="robustness-bounds",
        title=say("Low-information records, age, sex and region"),
        text=(
            say(
                "Nobody knows where low-information records belong. If they were placed by the little that is known, "
                "the indices would be these."
            ),
        ),
        tables=(table,),
    )


def _bounds_row(desk: Desk, segment: Segment) -> Row:
    fmt = desk.fmt
    then, held = segment.verdict_if_placed, segment.reasons
    if then is None and segment.index_bounds is not None and segment.verdict == "inconclusive":
        then = segment.verdict  # which no other index overturns
    return Row(
        (
            Cell(f"{segment.letter} {segment.name}"),
            Cell(fmt.index(segment.index_placed)),
            Cell(
                _index_held(held.get("index_bounds", ""))
                if segment.index_bounds is None
                else fmt.index(other_bound(segment))
            ),
            Cell(NOT_GIVEN if then is None else in_words(then)),
            Cell(
                _index_held(held.get("index_standardised", ""))
                if segment.index_standardised is None
                else fmt.index(segment.index_standardised)
            ),
        ),
        tone="chosen" if flips(desk.analysis, segment) else "",
    )


def _index_held(reason: str) -> str:
    """Return what stands for an index that is not given: never "< 10", which would be read as an index."""
    return say("withheld") if is_few(reason) or is_withheld(reason) else NOT_GIVEN
