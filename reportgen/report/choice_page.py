"""Why this many segments: agreement of refits by k, and what speaks against the choice."""

from __future__ import annotations

from reportgen.analysis.result import KRow
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, name_segments


def choice_page(desk: Desk) -> Page:
    """Return the chapter on the number of segments."""
    fmt, choice = desk.fmt, desk.analysis.choice
    number = fmt.quantity(choice.k, "segment", "segments")
    heading = (
        f"{number}, because that number was given."
        if choice.given and choice.merged_from is None
        else f"{number}: {fmt.count(choice.merged_from)} were {'given' if choice.given else 'chosen'}, and those that "
        "held too few people are merged."
        if choice.merged_from is not None
        else f"{number}, the number that stands when the analysis is repeated."
        if _stands(desk)
        else f"{number}, though no number stands firmly when the analysis is repeated."
    )
    sections = (_agreement(desk), _structure(desk), None if desk.is_print else _scan(desk))
    return Page(
        id="choice",
        file="choice.html",
        kicker="How many",
        question="Why this number of segments?",
        heading=heading,
        lead=(
            "Any clustering returns as many groups as it is asked for. The number chosen here is one that comes out "
            "again "
            "when the analysis is repeated on other samples of the same people.",
        )
        if not choice.given
        else ("The number was set by whoever ran the report. The chart shows what the data says about it.",),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("choice"),
    )


def _stands(desk: Desk) -> bool:
    choice = desk.analysis.choice
    return any(row.k == choice.k and _firm(row) for row in choice.scan)


def _firm(row: KRow) -> bool:
    """Whether refits agree and every segment is found again, on the sample and wherever else it was measured."""
    pairs = ((row.ari, row.jaccard), (row.confirmed_ari, row.confirmed_jaccard))
    return all(ari is None or jaccard is None or (ari >= 0.8 and jaccard >= 0.75) for ari, jaccard in pairs)


def _agreement(desk: Desk) -> Section:
    fmt, choice = desk.fmt, desk.analysis.choice
    text = [f"{capital(choice.reason.rstrip('.'))}."] if choice.reason else []
    chosen = next((row for row in choice.scan if row.k == choice.selected), None)
    if chosen is not None:
        text.append(
            f"Of {fmt.quantity(chosen.pairs, 'pair', 'pairs')} of samples the worst agrees at "
            f"{fmt.coefficient(chosen.ari_low)} (adjusted Rand index)."
        )
    text.append(_runner_up(desk))
    return Section(
        id="choice-agreement",
        title="Do repeated analyses agree?",
        # on paper the figure comes first, because text can be broken over pages to fill what a figure leaves
        text=() if desk.is_print else tuple(line for line in text if line),
        figures=desk.figures("choice"),
        after=tuple(line for line in text if line) if desk.is_print else (),
    )


def _runner_up(desk: Desk) -> str:
    """Return what the next best number of segments would change, as far as it was tried."""
    fmt, analysis = desk.fmt, desk.analysis
    other = analysis.choice.runner_up
    if other is None:
        return ""
    number = fmt.quantity(other, "segment", "segments")
    step = {-1: "k_minus_1", 1: "k_plus_1"}.get(other - analysis.choice.k)
    tried = next((v for v in analysis.robustness.variants if v.name == step and v.ari is not None), None)
    if tried is None:
        return f"The runner-up is {number}."
    changed = [analysis.by_id[segment] for segment in tried.changed]
    verdicts = "no verdict would change"
    if changed:
        verdicts = f"the verdict on {name_segments(changed, fmt)} would be another"
    leading = ""
    if tried.leading_index is not None:
        leading = f"the leading index would be {fmt.index(tried.leading_index)} and "
    return f"With the runner-up, {number}, {leading}{verdicts}."


def _structure(desk: Desk) -> Section:
    return Section(
        id="choice-structure",
        title="Types, or a cut through a continuum?",
        text=(desk.analysis.structure_sentence,),
    )


def _scan(desk: Desk) -> Section | None:
    choice = desk.analysis.choice
    if not choice.scan:
        return None
    columns = [
        Column("Segments", "text", 12), Column("Agreement", "number", 14), Column("Lowest", "number", 11),
        Column("Least firm segment", "number", 15), Column("Larger sample", "number", 16),
        Column("Silhouette", "number", 12), Column("Inertia", "number", 11), Column("Pairs", "number", 9),
    ]  # fmt: skip
    table = Table(
        id="table-scan",
        caption="Every number that was tried",
        columns=tuple(columns),
        rows=tuple(_scan_row(desk, row) for row in choice.scan),
        note="Agreement: adjusted Rand index. Least firm segment: smallest mean Jaccard similarity. Larger sample: "
        "agreement there, with the least firm segment below, for the most promising numbers. Inertia: share of the "
        "total that is left within segments. Below silhouette and inertia stands what one cloud without groups has "
        "when it is cut into the same codes.",
        csv=desk.csv("number-of-segments"),
    )
    return Section(
        id="choice-scan",
        title="The whole scan",
        text=(
            f"Agreement is measured on a sample of {desk.fmt.count(choice.sample_rows)} people, drawn by a hash of "
            f"their id{_on_more(desk)}.",
        ),
        tables=(table,),
    )


def _on_more(desk: Desk) -> str:
    rows = next((row.confirmed_rows for row in desk.analysis.choice.scan if row.confirmed_rows is not None), None)
    return "" if rows is None else f", and for the most promising numbers on {desk.fmt.count(rows)} people too"


def _larger(desk: Desk, row: KRow) -> Cell:
    if row.confirmed_ari is None or row.confirmed_jaccard is None:
        return Cell(NOT_GIVEN)
    return Cell(desk.fmt.coefficient(row.confirmed_ari), small=desk.fmt.coefficient(row.confirmed_jaccard))


def _scan_row(desk: Desk, row: KRow) -> Row:
    fmt = desk.fmt
    chosen = row.k == desk.analysis.choice.selected
    return Row(
        (
            Cell(fmt.count(row.k), small="chosen" if chosen else ""),
            Cell(fmt.coefficient(row.ari)),
            Cell(fmt.coefficient(row.ari_low)),
            Cell(fmt.coefficient(row.jaccard)),
            _larger(desk, row),
            Cell(fmt.coefficient(row.silhouette), small=fmt.coefficient(row.silhouette_null)),
            Cell(
                fmt.share_in_table(row.inertia),
                small=fmt.share_in_table(row.inertia_null) if row.inertia_null is not None else "",
            ),
            Cell(fmt.count(row.pairs)),
        ),
        tone="chosen" if chosen else "",
    )
