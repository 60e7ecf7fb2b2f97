"""The order of the analysis, from coded blocks to findings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect, aspects_of
from reportgen.analysis.checks import Checks, Ledger, run_checks
from reportgen.analysis.choice import KChoice, choose_k
from reportgen.analysis.components import Components, fit_components, inertia_kept, parallel_line
from reportgen.analysis.encoding import Encoder, fit_encoder
from reportgen.analysis.findings import DataFindings, Findings
from reportgen.analysis.kmeans import Points
from reportgen.analysis.predecessor import Predecessor, keep_k, know_again, trial_agreement
from reportgen.analysis.profiles import Construction, find_marks
from reportgen.analysis.publish_segments import order_by_index
from reportgen.analysis.quality import kind_in_distance
from reportgen.analysis.samples import SAMPLE_ROWS
from reportgen.analysis.scan import QUICK, Replicates, add_null_agreement, scan_k
from reportgen.analysis.screening import ROWS_PER_SEGMENT, screen
from reportgen.analysis.segmentation import Model, Segmentation, make_assigner, polish
from reportgen.analysis.spread import chance_jaccard, measure_spread
from reportgen.dictionary import Sensitivity
from reportgen.engine.assignment import AssignedBlock, Tables, assign, collect_tables
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement, SampleRows, count_values, sum_moments
from reportgen.errors import InputError
from reportgen.ingest.table import CodedTable, Side, SideName

_NULL_PAIRS = 3


@dataclass(frozen=True)
class Settings:
    """The choices of the statistics; see ``reportgen.config_model.AnalysisSettings`` for their meaning."""

    k: int | None = None
    k_max: int = 15
    seed: int = 1
    quick: bool = False
    max_missing: float = 0.30
    row_threshold: int | None = None
    on_components: bool = True
    min_explained: float = 0.8
    twins: float = 0.95
    names: Mapping[str, str] = field(default_factory=dict)


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
        frozen=frozen,
    )
    sample = samples.population.first(SAMPLE_ROWS)
    on_step("Encode and find the main dimensions")
    encoder, components, parallel = _find_dimensions(data, settings, engine, placement, sample, frozen)
    on_step("Compare numbers of segments")
    points = Points.of(components.project(encoder.rows.encode(_encoded(sample, table, encoder))))
    if frozen is None:
        choice = _choose(points, components, settings, engine)
        on_step("Build the segments on all rows")
        segmentation = polish(engine, table.population, encoder, components, placement, choice.chosen.fit.centroids)
        segmentation = _ordered(segmentation, table, encoder, components, placement, engine)
        model = Model(encoder, components, segmentation, placement)
    else:
        choice = keep_k(engine, points, frozen, settings.seed, quick=settings.quick)
        model = frozen
    matching = None
    if predecessor is not None and frozen is None:
        model, matching = know_again(engine, table.population, predecessor, model)
    on_step("Assign everybody")
    ledger = Ledger(table, model)
    tables = {
        side.name: _assign_side(side, table, model, engine, ledger, on_block)
        for side in (table.population, table.customers)
    }
    on_step("Put the segments to the test")
    checks = run_checks(
        engine,
        table,
        samples,
        points,
        _encoded(sample, table, encoder),
        model,
        choice,
        tables,
        ledger,
        nested=data.overlap > 0.5,
        seed=settings.seed,
        min_explained=settings.min_explained,
        on_components=settings.on_components,
        quick=settings.quick,
    )
    on_step("Profile the segments and compare customers")
    customers = Points.of(components.project(encoder.rows.encode(_encoded(samples.customers, table, encoder))))
    findings = _describe(data, tables, model, parallel, choice, (points, customers), checks, settings)
    agreement = trial_agreement(points, choice, model) if frozen else None
    ids = model.segmentation.public_ids
    return replace(findings, segment_ids=ids, matching=matching, agreement=agreement), model


def _find_dimensions(
    data: DataFindings,
    settings: Settings,
    engine: LocalEngine,
    placement: Placement,
    sample: SampleRows,
    frozen: Model | None,
) -> tuple[Encoder, Components, NDArray[np.float64]]:
    table = data.table
    if frozen is not None:
        encoder = frozen.encoder
        return encoder, frozen.components, parallel_line(_encoded(sample, table, encoder), encoder, settings.seed)
    placed = count_values(engine, table.population, table.columns, placement)
    aspects = [
        aspect
        for position, quality in enumerate(data.qualities)
        if quality.column.name not in data.left_out
        for aspect in aspects_of(quality.column, position, kind_in_distance(quality.column, quality.distinct))
    ]
    encoder = fit_encoder(aspects, placed)
    if encoder.width < 2:
        names = ", ".join(column.name for column in encoder.columns) or "none"
        raise InputError(
            f"too few columns can build segments ({names})",
            "Look at `role`, `sensitivity` and missing codes in the dictionary, or raise max_missing.",
        )
    moments = sum_moments(engine, table.population, encoder.rows, placement)
    components = fit_components(moments, encoder, settings.min_explained, reduce=settings.on_components)
    return encoder, components, parallel_line(_encoded(sample, table, encoder), encoder, settings.seed)


def _encoded(sample: SampleRows, table: CodedTable, encoder: Encoder) -> NDArray[np.int16]:
    """Take the sample's codes of the columns that the encoder reads."""
    position = {column.name: index for index, column in enumerate(table.columns)}
    return np.asarray(sample.codes[[position[column.name] for column in encoder.columns]])


def _choose(points: Points, components: Components, settings: Settings, engine: LocalEngine) -> KChoice:
    variances = components.eigenvalues[: components.kept]
    carried = max(2, len(points.rows) // ROWS_PER_SEGMENT)
    if settings.k is not None and settings.k > carried:
        raise InputError(
            f"k = {settings.k} is too many segments for {len(points.rows)} placed rows of the population",
            f"Ask for at most {carried}, one per {ROWS_PER_SEGMENT} rows.",
        )
    most = min(max(settings.k_max, settings.k or 0), carried)
    replicates = QUICK if settings.quick else Replicates()
    results = scan_k(engine, points, variances, range(2, most + 1), settings.seed, replicates, settings.k)
    if settings.k is None and not any(result.stable for result in results):
        results = add_null_agreement(engine, results, len(points.rows), variances, settings.seed, _NULL_PAIRS)
    return choose_k(results, settings.k)


def _ordered(
    segmentation: Segmentation,
    table: CodedTable,
    encoder: Encoder,
    components: Components,
    placement: Placement,
    engine: LocalEngine,
) -> Segmentation:
    """Order the segments so that customers are most over-represented in A."""
    assigner = make_assigner(encoder, components, segmentation.centroids)
    customers = collect_tables(assign(engine, table.customers, encoder.columns, assigner, placement)).sizes[1:]
    return segmentation.reordered(order_by_index(segmentation.sizes, customers))


def _assign_side(
    side: Side, table: CodedTable, model: Model, engine: LocalEngine, ledger: Ledger, on_block: OnBlock
) -> Tables:
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    blocks = assign(engine, side, table.columns, assigner, model.placement, distances=True)

    known = np.array([0, *model.segmentation.public_ids], dtype=np.int8)

    def each(block: AssignedBlock) -> None:
        ledger.add(side, block)
        on_block(side, replace(block, segments=known[block.segments]))

    return collect_tables(blocks, each)


def _describe(
    data: DataFindings,
    tables: dict[SideName, Tables],
    model: Model,
    parallel: NDArray[np.float64],
    choice: KChoice,
    points: tuple[Points, Points],
    checks: Checks,
    settings: Settings,
) -> Findings:
    components, encoder = model.components, model.encoder
    shares = inertia_kept(components.loadings, components.eigenvalues, components.variances, encoder, components.kept)
    kept = {column.name: float(share) for column, share in zip(encoder.columns, shares, strict=True)}
    population, customers = points
    published, refits = model.segmentation.centroids, choice.chosen.refits
    aspects = _described(data)
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
        aspects=aspects,
        marks=find_marks(aspects, tables["population"].counts, range(choice.k + 1)),
        construction=Construction(kept, data.associations),
        checks=checks,
        names=settings.names,
    )


def _described(data: DataFindings) -> tuple[Aspect, ...]:
    """Return what markers and names may use: everything that varies and is not sensitive."""
    return tuple(
        aspect
        for position, quality in enumerate(data.qualities)
        if quality.distinct > 1 and quality.column.feature.sensitivity is Sensitivity.ORDINARY
        for aspect in aspects_of(quality.column, position, kind_in_distance(quality.column, quality.distinct))
    )
