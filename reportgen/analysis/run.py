"""The order of the analysis, from coded blocks to findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.campaign_findings import CampaignFindings
from reportgen.analysis.checks import Checks, Ledger, run_checks
from reportgen.analysis.choice import KChoice
from reportgen.analysis.coded_cloud import CodedCloud, fit_coded_cloud
from reportgen.analysis.components import inertia_kept, parallel_line
from reportgen.analysis.dimensions import Space, encoded, find_dimensions
from reportgen.analysis.find_campaign import find_campaign, fold_ledger
from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.grains import with_grains
from reportgen.analysis.points import Points
from reportgen.analysis.predecessor import NotKeptError, Predecessor, keep_k, know_again, trial_agreement
from reportgen.analysis.profiles import Construction
from reportgen.analysis.release import release_columns
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.samples import SAMPLE_ROWS
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
    on_step("Look for gaps, twins and odd rows")
    data, placement, samples = screen(
        table,
        engine,
        max_missing=settings.max_missing,
        given_threshold=settings.row_threshold,
        twin_limit=settings.twins,
        seed=settings.seed,
        stages=stages,
        frozen=frozen,
    )
    sample = samples.population.first(SAMPLE_ROWS)
    on_step("Encode and find the main dimensions")
    kept = predecessor if frozen else None
    space = find_dimensions(
        data,
        engine,
        placement,
        stages,
        kept,
        min_explained=settings.min_explained,
        on_components=settings.on_components,
    )
    encoder, components = space.encoder, space.components
    on_step("Compare numbers of segments")
    large, customers = (
        Points.of(components.project_codes(encoder, encoded(rows, table, encoder)))
        for rows in (samples.population, samples.customers)
    )
    points = with_grains(large.first(SAMPLE_ROWS))
    cloud, parallel = _without_groups(engine, stages, encoded(sample, table, space.shown), space, settings.seed)
    if frozen is None:
        placed = [data.threshold.placed(side) for side in ("population", "customers")]
        sides = list(zip((points, customers), placed, strict=True))
        choice = choose(large, sides, cloud, settings, engine, stages)
        on_step("Build the segments on all rows")
        segmentation, choice = build_segments(
            table, engine, space, components, placement, large, points, choice, stages
        )
        model = Model(encoder, components, segmentation, placement)
    else:
        choice = keep_k(engine, points, cloud, frozen, settings.seed, stages, quick=settings.quick)
        model = frozen
    matching = None
    if predecessor is not None and frozen is None:
        model, matching = know_again(engine, table.population, predecessor, model)
    on_step("Assign everybody")
    ledger, folds = Ledger(table, engine.read), fold_ledger(table, choice.k, settings.seed)

    def count(side: Side, block: AssignedBlock) -> None:
        ledger.add(side, block)
        folds.add(side, block)

    tables = {
        side.name: _assign_side(side, table, model, engine, count, on_block)
        for side in (table.population, table.customers)
    }
    if frozen is not None:
        _refuse_small(model, tables, nested=table.nested)
    with (
        engine.beside(
            lambda: find_campaign(
                engine, data, samples, model, tables, folds, settings.campaign, seed=settings.seed, quick=settings.quick
            )
        ) as campaign,
        engine.beside(lambda: release_columns(data, tables)) as released,
    ):
        on_step("Put the segments to the test")
        checks = run_checks(
            engine,
            table,
            samples,
            points,
            encoded(sample, table, encoder),
            model,
            cloud,
            choice,
            tables,
            ledger,
            space.shown,
            stages,
            nested=data.overlap > 0.5,
            seed=settings.seed,
            min_explained=settings.min_explained,
            on_components=settings.on_components,
            quick=settings.quick,
        )
        on_step("Rank people")
        ranked = campaign()
        on_step("Profile the segments and compare customers")
        findings = _describe(
            data, tables, model, parallel, choice, (points, customers), checks, ranked, released(), settings
        )
    agreement = trial_agreement(points, choice, model) if frozen else None
    return replace(findings, segment_ids=model.segmentation.public_ids, matching=matching, agreement=agreement), model


def _without_groups(
    engine: LocalEngine, stages: Stages, codes: NDArray[np.int16], space: Space, seed: int
) -> tuple[CodedCloud, NDArray[np.float64]]:
    """Return one cloud in the codes of the sample, and the line of parallel analysis; they do not need each other."""
    with engine.beside(lambda: stages.run(parallel_line, engine, codes, space.shown, seed)) as parallel:
        cloud = stages.run(fit_coded_cloud, codes, space.shown, space.components, seed)
        return cloud, parallel()


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
    data: DataFindings,
    tables: dict[SideName, Tables],
    model: Model,
    parallel: NDArray[np.float64],
    choice: KChoice,
    points: tuple[Points, Points],
    checks: Checks,
    campaign: CampaignFindings,
    released: Mapping[int, ReleasedColumn],
    settings: Settings,
) -> Findings:
    components, encoder = model.components, model.encoder
    shares = inertia_kept(components.loadings, components.eigenvalues, components.variances, encoder, components.kept)
    kept = {column.name: float(share) for column, share in zip(encoder.columns, shares, strict=True)}
    population, customers = points
    published, refits = model.segmentation.centroids, choice.chosen.refits
    return Findings(
        data=data,
        encoder=encoder,
        components=components,
        parallel=parallel,
        kept=kept,
        choice=choice,
        sample_rows=len(population.rows),
        tables=tables,
        spread=measure_spread(published, refits, population, customers, len(population.rows)),
        chance_jaccard=chance_jaccard(published, refits, population, settings.seed),
        construction=Construction(kept, data.associations),
        checks=checks,
        names=settings.names,
        campaign=campaign,
        released=released,
    )
