"""Why this many segments: agreement of refits by k, and what speaks against the choice."""

from __future__ import annotations

from reportgen.analysis.result_choice import KRow
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import NOT_GIVEN, Formatter
from reportgen.language import say, say_n
from reportgen.report.assumptions import missing_segments
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Page, Row, Section, Table
from reportgen.report.wording import capital, name_segments


def choice_page(desk: Desk) -> Page:
    """Return the chapter on the number of segments."""
    choice = desk.analysis.choice
    sections = (_agreement(desk), _structure(desk), None if desk.is_print else _scan(desk))
    return Page(
        id="choice",
        file="choice.html",
        kicker=say("How many"),
        question=say("Why this number of segments?"),
        heading=_heading(desk),
        lead=(
            say(
                "Any clustering returns as many groups as it is asked for. The number chosen here is one that comes "
                "out again when the analysis is repeated on other samples of the same people."
            ),
        )
        if not choice.given
        else (say("The number was set by whoever ran the report. The chart shows what the data says about it."),),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("choice"),
    )


def _heading(desk: Desk) -> str:
    """Say how many segments there are and how it came to that number."""
    fmt, choice = desk.fmt, desk.analysis.choice
    number = fmt.quantity(choice.k, "segment", "segments")
    if choice.merged_from is not None:
        before = fmt.count(choice.merged_from)
        if choice.given:
            return say(
                "{number}: {before} were given, and those that held too few people are merged.",
                number=number,
                before=before,
            )
        return say(
            "{number}: {before} were chosen, and those that held too few people are merged.",
            number=number,
            before=before,
        )
    if choice.given:
        return say("{number}, because that number was given.", number=number)
    if _stands(desk):
        firm = sum(map(_firm, choice.scan))
        if firm > 1:
            return say(
                "{number}, one of {n} numbers that stand when the analysis is repeated.",
                number=number,
                n=desk.fmt.count(firm),
            )
        return say("{number}, the number that stands when the analysis is repeated.", number=number)
    return say("{number}, though no number stands firmly when the analysis is repeated.", number=number)


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
            say_n(
                chosen.pairs,
                "Of {n}\u00a0pair of samples the worst agrees at {lowest} (adjusted Rand index).",
                "Of {n}\u00a0pairs of samples the worst agrees at {lowest} (adjusted Rand index).",
                n=fmt.count(chosen.pairs),
                lowest=fmt.coefficient(chosen.ari_low),
            )
        )
    text.append(_runner_up(desk))
    return Section(
        id="choice-agreement",
        title=say("Do repeated analyses agree?"),
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
        return say("The runner-up is {number}.", number=number)
    changed = [analysis.by_id[segment] for segment in tried.changed]
    lost = missing_segments(analysis, tried)
    gone = (
        " "
        + say_n(
            len(lost),
            "{segments} would not come out as a segment of its own.",
            "{segments} would not come out as segments of their own.",
            segments=capital(name_segments(lost, fmt)),
        )
        if lost
        else ""
    )
    return _with_runner_up(number, changed, tried.leading_index, fmt) + gone


def _with_runner_up(number: str, changed: list[Segment], index: float | None, fmt: Formatter) -> str:
    """Say which verdicts would be others with the runner-up, and what the leading index would be."""
    leading = None if index is None else fmt.index(index)
    if not changed and leading is None:
        return say("With the runner-up, {number}, no verdict would change.", number=number)
    if not changed:
        return say(
            "With the runner-up, {number}, the leading index would be {index} and no verdict would change.",
            number=number,
            index=leading,
        )
    names = name_segments(changed, fmt)
    if leading is None:
        return say(
            "With the runner-up, {number}, the verdict on {segments} would be another.", number=number, segments=names
        )
    return say(
        "With the runner-up, {number}, the leading index would be {index} and the verdict on {segments} would be "
        "another.",
        number=number,
        index=leading,
        segments=names,
    )


def _structure(desk: Desk) -> Section:
    return Section(
        id="choice-structure",
        title=say("Types, or a cut through a continuum?"),
        text=(desk.analysis.structure_sentence,),
    )


def _scan(desk: Desk) -> Section | None:
    choice = desk.analysis.choice
    if not choice.scan:
        return None
    columns = [
        Column(say("Segments"), "text", 12), Column(say("Agreement"), "number", 14),
        Column(say("Lowest"), "number", 11), Column(say("Least firm segment"), "number", 15),
        Column(say("Larger sample"), "number", 16), Column(say("Silhouette"), "number", 12),
        Column(say("Inertia"), "number", 11), Column(say("Pairs"), "number", 9),
    ]  # fmt: skip
    table = Table(
        id="table-scan",
        caption=say("Every number that was tried"),
        columns=tuple(columns),
        rows=tuple(_scan_row(desk, row) for row in choice.scan),
        note=say(
            "Agreement: adjusted Rand index. Least firm segment: smallest mean Jaccard similarity. Larger sample: "
            "agreement there, with the least firm segment below, for the most promising numbers. Inertia: share of the "
            "total that is left within segments. Below silhouette and inertia stands what one cloud without groups has "
            "when it is cut into the same codes."
        ),
        csv=desk.csv("number-of-segments"),
    )
    return Section(
        id="choice-scan",
        title=say("The whole scan"),
        text=(_samples(desk),),
        tables=(table,),
    )


def _samples(desk: Desk) -> str:
    """Say on how many people agreement was measured."""
    fmt, choice = desk.fmt, desk.analysis.choice
    rows = next((row.confirmed_rows for row in choice.scan if row.confirmed_rows is not None), None)
    if rows is None:
        return say(
            "Agreement is measured on a sample of {n} people, drawn by a hash of their id.",
            n=fmt.count(choice.sample_rows),
        )
    return say(
        "Agreement is measured on a sample of {n} people, drawn by a hash of their id, and for the most promising "
        "numbers on {more} people too.",
        n=fmt.count(choice.sample_rows),
        more=fmt.count(rows),
    )


def _larger(desk: Desk, row: KRow) -> Cell:
    if row.confirmed_ari is None or row.confirmed_jaccard is None:
        return Cell(NOT_GIVEN)
    return Cell(desk.fmt.coefficient(row.confirmed_ari), small=desk.fmt.coefficient(row.confirmed_jaccard))


def _scan_row(desk: Desk, row: KRow) -> Row:
    fmt = desk.fmt
    chosen = row.k == desk.analysis.choice.selected
    return Row(
        (
            Cell(fmt.count(row.k), small=say("chosen") if chosen else ""),
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
