"""The order of the analysis, from coded blocks to findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from reportgen.analysis.basis import Basis, lay_basis
from reportgen.analysis.campaign_findings import CampaignFindings
from reportgen.analysis.checks import Checks, Ledger, run_checks
from reportgen.analysis.choice import KChoice
from reportgen.analysis.components import inertia_kept
from reportgen.analysis.dimensions import find_dimensions
from reportgen.analysis.find_campaign import find_campaign, fold_ledger
from reportgen.analysis.findings import Findings
from reportgen.analysis.predecessor import NotKeptError, Predecessor, keep_k, know_again, trial_agreement
from reportgen.analysis.profiles import Construction
from reportgen.analysis.reach import FoldLedger
from reportgen.analysis.release import release_columns
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.screening import screen
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.analysis.settings import Settings
from reportgen.analysis.small_segments import merge_small
from reportgen.analysis.solution import build_segments, choose
from reportgen.analysis.spread import chance_jaccard, measure_spread
from reportgen.analysis.suppression import LEAST
from reportgen.cache.stages import UNKEPT, Stages
from reportgen.engine.assignment import AssignedBlock, Tables, assign, collect_tables
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedTable, Side, SideName
from reportgen.language import say

OnStep = Callable[[str], None]
OnBlock = Callable[[Side, AssignedBlock], None]


def _silent(_: str) -> None:
    """Report nothing."""


def _unwritten(_side: Side, _block: AssignedBlock) -> None:
    """Write nothing."""


def analyse(
    table: CodedTable,
    settings: Settings,
    engine: LocalEngine,
    on_step: OnStep = _silent,
    on_block: OnBlock = _unwritten,
    stages: Stages = UNKEPT,
    predecessor: Predecessor | None = None,
) -> tuple[Findings, Model]:
    """Analyse coded files.

    Parameters
    ----------
    table
        Both files in coded form.
    settings
        Choices of the statistics.
    engine
        Runs the passes; BLAS and OpenMP must be pinned to one thread each.
    on_step
        Told the name of each step as it begins.
    on_block
        Given every block with the ids of its final segments, population first, in row order.
    stages
        Keeps the results of steps that do not depend on the customers. These see the columns as the population alone
        shows them, so that other customers lead to the same steps. With the segments of the issue before, those are
        among the arguments of the steps.
    predecessor
        The model of the issue before. Its segments are taken as they are, or built anew and known by the same ids
        where they are the same.

    Returns
    -------
    (Findings, Model)

    Raises
    ------
    InputError
        If too little is left to build segments on.
    NotKeptError
        If the segments of the issue before cannot be kept, since they would tell of fewer than ten people.
    """
    frozen = predecessor.model if predecessor and not predecessor.refit else None
    basis = _prepare(table, settings, engine, on_step, stages, predecessor if frozen else None)
    matching = None
    if frozen is None:
        choice = choose(basis, settings, engine, stages)
        on_step("Build the segments on all rows")
        model, choice = build_segments(basis, choice, engine, stages)
        if predecessor is not None:
            model, matching = know_again(engine, table.population, predecessor, model)
    else:
        choice = keep_k(engine, basis.points, basis.cloud, frozen, settings.seed, stages, quick=settings.quick)
        model = frozen
    basis = replace(basis, large=basis.points)  # the large sample has done its work and takes 50 MB
    on_step("Assign everybody")
    everybody = _assign(table, model, engine, choice.k, settings.seed, on_block)
    if frozen is not None:
        _refuse_small(model, everybody.tables, nested=table.nested)
    findings = _judge(basis, model, choice, everybody, settings, engine, on_step, stages)
    agreement = trial_agreement(basis.points, choice, model) if frozen else None
    return replace(findings, segment_ids=model.segmentation.public_ids, matching=matching, agreement=agreement), model


def _prepare(
    table: CodedTable,
    settings: Settings,
    engine: LocalEngine,
    on_step: OnStep,
    stages: Stages,
    kept: Predecessor | None,
) -> Basis:
    """Screen the files and turn rows into points; ``kept`` is the issue before, if its segments stay."""
    on_step("Look for gaps, twins and odd rows")
    data, placement, samples = screen(
        table,
        engine,
        max_missing=settings.max_missing,
        given_threshold=settings.row_threshold,
        twin_limit=settings.twins,
        seed=settings.seed,
        stages=stages,
        frozen=kept.model if kept else None,
    )
    on_step("Encode and find the main dimensions")
    space = find_dimensions(
        data,
        engine,
        placement,
        stages,
        kept,
        min_explained=settings.min_explained,
        on_components=settings.on_components,
    )
    on_step("Compare numbers of segments")
    return lay_basis(data, placement, samples, space, settings.seed, engine, stages)


@dataclass(frozen=True)
class _Everybody:
    """What was counted while everybody was assigned."""

    tables: Mapping[SideName, Tables]
    ledger: Ledger
    folds: FoldLedger


def _assign(table: CodedTable, model: Model, engine: LocalEngine, k: int, seed: int, on_block: OnBlock) -> _Everybody:
    """Assign both sides and count."""
    ledger, folds = Ledger(table, engine.read), fold_ledger(table, k, seed)

    def count(side: Side, block: AssignedBlock) -> None:
        ledger.add(side, block)
        folds.add(side, block)

    sides = (table.population, table.customers)
    tables = {side.name: _assign_side(side, table, model, engine, count, on_block) for side in sides}
    return _Everybody(tables, ledger, folds)


def _judge(
    basis: Basis,
    model: Model,
    choice: KChoice,
    everybody: _Everybody,
    settings: Settings,
    engine: LocalEngine,
    on_step: OnStep,
    stages: Stages,
) -> Findings:
    """Put the segments to the test, rank people and compare the customers."""
    data, samples, tables = basis.data, basis.samples, everybody.tables
    terms, seed, quick = settings.campaign, settings.seed, settings.quick
    with (
        engine.beside(
            lambda: find_campaign(engine, data, samples, model, tables, everybody.folds, terms, seed=seed, quick=quick)
        ) as campaign,
        engine.beside(lambda: release_columns(data, tables)) as released,
    ):
        on_step("Put the segments to the test")
        checks = run_checks(
            engine,
            data.table,
            samples,
            basis.codes,
            model,
            basis.nulls(choice.k, settings, engine, stages),
            tables,
            everybody.ledger,
            stages,
            nested=data.overlap > 0.5,
            seed=seed,
            min_explained=settings.min_explained,
            on_components=settings.on_components,
            quick=quick,
        )
        on_step("Rank people")
        ranked = campaign()
        on_step("Profile the segments and compare customers")
        return _describe(basis, model, choice, checks, tables, ranked, released(), settings)


def _assign_side(
    side: Side, table: CodedTable, model: Model, engine: LocalEngine, count: OnBlock, on_block: OnBlock
) -> Tables:
    """Assign one side; ``count`` is given places 1..k, ``on_block`` the ids under which readers know the segments."""
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    blocks = assign(engine, side, table.columns, assigner, model.placement, distances=True)
    known = np.array([0, *model.segmentation.public_ids], dtype=np.int8)

    def each(block: AssignedBlock) -> None:
        count(side, block)
        on_block(side, replace(block, segments=known[block.segments]))

    return collect_tables(blocks, each)


def _refuse_small(model: Model, tables: Mapping[SideName, Tables], *, nested: bool) -> None:
    """Refuse segments that are kept where one of them has become too small to be published."""
    sizes = (tables["population"].sizes[1:], tables["customers"].sizes[1:])
    if len(merge_small(model.segmentation.centroids, sizes, nested=nested)) < model.segmentation.k:
        raise NotKeptError(say("a segment would hold fewer than {least} people or customers", least=LEAST))


def _describe(
    basis: Basis,
    model: Model,
    choice: KChoice,
    checks: Checks,
    tables: Mapping[SideName, Tables],
    campaign: CampaignFindings,
    released: Mapping[int, ReleasedColumn],
    settings: Settings,
) -> Findings:
    components, encoder = model.components, model.encoder
    shares = inertia_kept(components.loadings, components.eigenvalues, components.variances, encoder, components.kept)
    kept = {column.name: float(share) for column, share in zip(encoder.columns, shares, strict=True)}
    points, published, refits = basis.points, model.segmentation.centroids, choice.chosen.refits
    return Findings(
        data=basis.data,
        encoder=encoder,
        components=components,
        parallel=basis.parallel,
        kept=kept,
        choice=choice,
        sample_rows=len(points.rows),
        tables=tables,
        spread=measure_spread(published, refits, points, basis.customers, len(points.rows)),
        chance_jaccard=chance_jaccard(published, refits, points, settings.seed),
        construction=Construction(kept, basis.data.associations),
        checks=checks,
        names=settings.names,
        campaign=campaign,
        released=released,
    )
