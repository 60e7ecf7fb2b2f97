"""The suppression log: what was pooled, rounded, merged or withheld, where and how often."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from reportgen.analysis.findings import Findings
from reportgen.analysis.publish_quality import row_bins
from reportgen.analysis.release_levels import count_levels
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.result_checks import Suppression
from reportgen.analysis.result_quality import Quality
from reportgen.analysis.suppression import LEAST, any_small, few_people, is_small, sides_of
from reportgen.analysis.suppression_cells import Mark
from reportgen.formatting import Numeral, is_few
from reportgen.ingest.table import SideName
from reportgen.language import Said, say

_SIDES: tuple[SideName, ...] = ("population", "customers")


def suppression_log(
    findings: Findings, released: Mapping[int, ReleasedColumn], quality: Quality
) -> tuple[Suppression, ...]:
    """List every treatment, table by table; columns in the order of the dictionary."""
    return (
        *_about_segments(findings),
        *_about_rows(findings, quality),
        *_about_columns(quality),
        *(line for column in released.values() for line in _about_levels(findings, column)),
        *(line for column in released.values() for line in _about_cells(column)),
    )


def _about_segments(findings: Findings) -> Iterator[Suppression]:
    before = findings.choice.merged_from
    if before is not None:
        why = say(
            "some of {before} segments would have held fewer than {least} people on one side",
            before=before,
            least=LEAST,
        )
        yield Suppression("segments", say("small segments"), "merged", before - findings.k, 0, why)
    overlap, customers = findings.data.table.overlap or 0, findings.data.table.customers.rows
    if any_small([overlap, customers - overlap]):
        yield Suppression("files", say("customers found in the population"), "withheld", 1, 1, few_people())
    extra = findings.checks.if_placed
    more = sides_of(extra["population"], extra["customers"], nested=findings.data.table.nested)
    few = int(is_small(more).any(axis=-1).sum())
    if few:
        what = say("index with low-information records placed")
        why = say("fewer than {least} low-information records would go to the segment", least=LEAST)
        yield Suppression("segments", what, "withheld", few, 0, why)


def _about_rows(findings: Findings, quality: Quality) -> Iterator[Suppression]:
    data = findings.data
    histogram = data.threshold.histogram
    cells = sides_of(histogram["population"], histogram["customers"], nested=data.table.nested)
    small = is_small(cells)
    pooled = [slice(first, last + 1) for first, last in row_bins(data)]
    mixed = [part for part in pooled if small[part].any()]
    if mixed:
        others = sum(int((cells[part].any(axis=-1) & ~small[part].any(axis=-1)).sum()) for part in mixed)
        what, why = say("rows by number of missing values"), say("neighbouring numbers are added")
        yield Suppression("missing-per-row", what, "pooled", int(small.sum()), others, why)
    if any_small(data.threshold.moved_by_5):
        yield Suppression("missing-per-row", say("rows moved by another threshold"), "withheld", 1, 0, few_people())
    blocks = len(data.blocks) - len(quality.blocks)
    if blocks:
        yield Suppression("blocks", say("columns that go missing together"), "withheld", blocks, 0, few_people())


def _about_columns(quality: Quality) -> Iterator[Suppression]:
    for column in quality.columns:
        held = {key: reason for key, reason in column.reasons.items() if key != "inertia_kept"}
        few = sum(is_few(reason) for reason in held.values())
        if held:
            what = say("missing values and unknown codes of {column}", column=column.label)
            yield Suppression("columns", what, "withheld", few, len(held) - few, next(iter(held.values())))
    for stranger in quality.undeclared:
        if stranger.missing_share is None:
            what = say("missing values of {column}", column=stranger.name)
            yield Suppression("undeclared", what, "withheld", 1, 0, few_people())


def _about_levels(findings: Findings, released: ReleasedColumn) -> Iterator[Suppression]:
    original, plan = findings.data.table.columns[released.position], released.plan
    label = original.feature.label
    counts = [
        count_levels(original, tables.counts[released.position].sum(axis=0)) for tables in findings.tables.values()
    ]
    cells = sides_of(*counts, nested=findings.data.table.nested)
    small = is_small(cells[:-1])
    if plan.pooling.pooled:
        pools = [plan.pooling.members(group) for group in range(plan.pooling.number)]
        pooled = np.concatenate([pool for pool in pools if len(pool) > 1])
        used = [level for level in pooled if cells[level].any()]
        others = sum(1 for level in used if not small[level].any())
        names = ", ".join(
            say("“{quoted}”", quoted=released.column.levels[g].label) for g, pool in enumerate(pools) if len(pool) > 1
        )
        why = say("rare levels are in {names}", names=names)
        yield Suppression("levels", label, "pooled", int(small[used].sum()), others, why)
    for side in sorted(plan.absorbed):
        takes = released.column.levels[plan.target].label
        why = _absorbed(side, takes)
        yield Suppression("levels", label, "counted with", 1, 0, why)
    for side in sorted(plan.withheld):
        hidden = cells[:-1, _SIDES.index(side)]
        few = int(is_small(hidden).sum())
        why = _few_answers(side)
        yield Suppression("levels", label, "withheld", few, int((hidden > 0).sum()) - few, why)


def _absorbed(side: SideName, level: str) -> Said:
    if side == "population":
        return say(
            "fewer than {least} people of the population have no value; they count to “{level}”",
            least=LEAST,
            level=level,
        )
    return say("fewer than {least} customers have no value; they count to “{level}”", least=LEAST, level=level)


def _few_answers(side: SideName) -> Said:
    if side == "population":
        return say("fewer than {least} people of the population give one of the answers", least=LEAST)
    return say("fewer than {least} customers give one of the answers", least=LEAST)


def _about_cells(released: ReleasedColumn) -> Iterator[Suppression]:
    table, label = released.table, released.column.feature.label
    if table is None or not table.small.any():
        return
    if not table.given:
        why = say("only means of segments are given: too many cells are small")
        if table.means is None:
            why = say("no shares within segments are given: too many cells are small")
        yield Suppression("segment-levels", label, "withheld", int(table.small.sum()), 0, why)
        return
    few, held = int((table.marks == Mark.FEW).sum()), int((table.marks == Mark.HELD).sum())
    steps = say("the other shares are exact")
    if table.step:
        steps = say("shares are in steps of {step}\u00a0%", step=Numeral(f"{100 * table.step:g}"))
    treatment = "rounded" if table.step else "withheld"
    told = "" if few else say("; cells under ten are not told apart from the others")
    yield Suppression("segment-levels", label, treatment, few, held, steps + told)
