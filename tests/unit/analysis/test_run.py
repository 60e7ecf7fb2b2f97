"""Whole runs on small files: what must hold whatever the data."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.description import describe
from reportgen.analysis.publication import publish
from reportgen.analysis.release import release_columns
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import Segment
from reportgen.analysis.run import analyse
from reportgen.analysis.serial import from_json, to_json
from reportgen.analysis.settings import Settings
from reportgen.dictionary import read_dictionary
from reportgen.engine.assignment import AssignedBlock, Tables
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import HASH_COLUMN, Side
from tests.unit.analysis import small as small_files
from tests.unit.analysis.small import FEATURES, QUICK, Rows, Run, customer_rows, population_rows, run_files

THREE = replace(QUICK, k=3, k_max=3)


def shuffled(rows: Rows, seed: int) -> Rows:
    order = np.random.default_rng(seed).permutation(len(rows.cells))
    return Rows(rows.header, [rows.cells[i] for i in order], rows.types[order])


def sizes(analysis: Analysis) -> list[tuple[int, int]]:
    return [(s.population.count, s.customers.count) for s in analysis.segments]


def test_segments_add_up_to_the_rows_on_both_sides(small: Run) -> None:
    found = small.analysis
    assert [s.id for s in found.segments] == list(range(found.choice.k + 1))
    assert [s.letter for s in found.segments] == ["0", *"ABCDEFGHIJ"[: found.choice.k]]
    assert sum(s.population.count for s in found.segments) == found.population.rows == 1_500
    assert sum(s.customers.count for s in found.segments) == found.customers.rows == 600
    assert sum(s.population.share for s in found.segments) == pytest.approx(1.0)
    assert sum(s.customers.share for s in found.segments) == pytest.approx(1.0)


def test_low_information_records_are_counted_exactly(small: Run) -> None:
    counted = {c.name for c in small.model.placement.columns}
    threshold = small.analysis.quality.rows.threshold
    assert threshold is not None

    def gaps(header: tuple[str, ...], row: list[str]) -> int:
        unusable = {name: {"", "zz", small_files.MISSING_TEXT.get(name)} for name in counted}
        return sum(cell in unusable[name] for name, cell in zip(header, row, strict=True) if name in counted)

    for rows, side in ((population_rows(), "population"), (customer_rows(), "customers")):
        low = sum(gaps(rows.header, row) >= threshold for row in rows.cells)
        assert getattr(small.analysis.segments[0], side).count == low > 0
    assert small.analysis.segments[0].verdict is None


def test_tables_of_segments_hold_every_row_once(small: Run) -> None:
    for side, tables in small.findings.tables.items():
        for at, table in enumerate(tables.counts):
            np.testing.assert_array_equal(table.sum(axis=1), tables.sizes)
            np.testing.assert_array_equal(table.sum(axis=0), small.findings.data.counts[side][at])


def test_segments_are_ordered_by_their_index(small: Run) -> None:
    indices = [s.index_placed for s in small.analysis.placed]
    assert indices == sorted(indices, key=lambda index: -(index or 0.0))


def test_indices_come_from_the_counts(small: Run) -> None:
    found = small.analysis
    low = found.segments[0]
    n, c = found.population.rows - low.population.count, found.customers.rows - low.customers.count
    for s in found.placed:
        assert s.index == pytest.approx(100 * s.customers.share / s.population.share)
        assert s.index_placed == pytest.approx(100 * (s.customers.count / c) / (s.population.count / n))
        assert s.penetration == pytest.approx(s.customers.count / s.population.count)
        assert s.interval_sampling is not None
        assert s.index_placed is not None
        assert s.interval_sampling[0] <= s.index_placed <= s.interval_sampling[1]
        if s.interval_total is not None:
            assert s.interval_total[0] <= s.interval_sampling[0]
            assert s.interval_total[1] >= s.interval_sampling[1]


def test_the_index_with_low_information_records_counts_everybody(small: Run) -> None:
    extra = small.findings.checks.if_placed
    for s in small.analysis.placed:
        c = s.customers.count + int(extra["customers"][s.id - 1])
        n = s.population.count + int(extra["population"][s.id - 1])
        other = 100 * (c / small.analysis.customers.rows) / (n / small.analysis.population.rows)
        if s.index_bounds is None:
            assert any(0 < int(found[s.id - 1]) < 10 for found in extra.values())
        else:  # given as a whole number, so that no count follows from it
            assert s.index_bounds == pytest.approx(sorted((round(other), s.index_placed or 0.0)))
        placed = small.analysis.robustness.variants[-1]
        assert placed.name == "low_information_placed"
        assert placed.indices[s.id - 1] == (None if s.index_bounds is None else round(other))
        if s.id in placed.changed:
            assert s.verdict == "inconclusive"
        elif s.verdict_if_placed is not None and s.verdict != "inconclusive":
            assert s.verdict_if_placed == s.verdict


def test_the_share_of_filled_gaps_counts_the_placed_people(small: Run) -> None:
    position = {column.name: at for at, column in enumerate(small.findings.data.table.columns)}
    tables = small.findings.tables["population"]
    for column in small.analysis.quality.columns:
        if column.name not in small.findings.kept:
            assert column.share_imputed is None
            continue
        coded = small.findings.data.table.columns[position[column.name]]
        placed = tables.counts[position[column.name]][1:]
        low = tables.counts[position[column.name]][0]
        gaps = [part[..., coded.missing].sum() for part in (placed, low)]
        parts = [gaps[0], placed.sum() - gaps[0], gaps[1], low.sum() - gaps[1]]
        if column.share_imputed is None:
            assert column.missing_share is None or any(0 < part < 10 for part in parts)
        else:
            assert column.share_imputed == pytest.approx(gaps[0] / placed.sum())


def test_families_are_named_by_what_all_their_segments_share(small: Run) -> None:
    tree = small.analysis.families
    assert len(tree.names) == len(tree.shared) == len(tree.families)
    for family, name, shared in zip(tree.families, tree.names, tree.shared, strict=True):
        if len(family) == 1:
            assert (name, shared) == (small.analysis.by_id[family[0]].name, ())
        for phrase in shared:
            for segment in family:
                assert phrase in {mark.phrase for mark in describe(small.findings).marks[segment]}


def test_names_are_unique_and_every_segment_has_a_portrait(small: Run) -> None:
    names = [s.name for s in small.analysis.segments]
    assert len(set(names)) == len(names)
    assert all(s.portrait for s in small.analysis.segments)


def test_sensitive_features_are_in_no_name_marker_or_distance(small: Run) -> None:
    assert "NATION" not in small.findings.kept
    assert all(m.feature != "NATION" for s in small.analysis.segments for m in s.markers)
    assert any(f.name == "NATION" for f in small.analysis.features)  # it is compared, and labelled as what it is


def test_markers_are_effects_beyond_a_fifth_that_are_no_chance(small: Run) -> None:
    markers = [m for s in small.analysis.segments for m in s.markers]
    assert markers
    assert all(abs(m.effect) >= 0.2 and m.p_bh <= 0.05 for m in markers)
    assert {m.grade for m in markers} == {"clearly", "somewhat"}
    assert all((m.grade == "clearly") == (abs(m.effect) >= 0.5) for m in markers)
    for s in small.analysis.segments:
        effects = [abs(m.effect) for m in s.markers]
        assert effects == sorted(effects, reverse=True)


def test_features_left_out_are_tied_to_the_distance_by_name(small: Run) -> None:
    via = {m.feature: m.via for s in small.analysis.segments for m in s.markers if m.via}
    assert via["SAVER_ROUGH"] == "SAVER"


def test_every_column_has_a_use_and_a_reason(small: Run) -> None:
    columns = {c.name: c for c in small.analysis.quality.columns}
    assert {name: c.use for name, c in columns.items() if c.use != "distance"} == {
        "SAVER_ROUGH": "describe",
        "NATION": "describe",
        "GAPS": "describe",
        "HOBBY": "describe",
        "CONSTANT": "dropped",
        "EMPTY": "dropped",
    }
    assert all(bool(c.reason) == (c.use != "distance") for c in columns.values())
    assert "52" in columns["GAPS"].reason
    assert columns["GAPS"].reason.startswith("missing too often")
    # The unknown codes are too few among the customers to be a level of their own, so their number is not given.
    assert columns["SHOP"].unknown_codes is None
    assert columns["EMPTY"].missing_share == 1.0
    # Every second row is blank, and so are all of the 120 low-information rows.
    assert (columns["EMPTY"].missing_blank, columns["EMPTY"].missing_coded) == (810, 690)


def test_the_log_names_every_decision(small: Run) -> None:
    log = {(d.subject, d.decision) for d in small.analysis.quality.decisions}
    subjects = {subject for subject, _ in log}
    assert {"SHOP", "SAVER_ROUGH", "NATION", "GAPS", "HOBBY", "CONSTANT", "EMPTY", "rows", "remaining gaps"} <= subjects
    assert {("INCOME", "turned round"), ("CHILDREN", "replaced by normal scores of the ranks")} <= log
    assert ("YOUTH", "read as decade and style") in log
    assert ("PLAIN_MIX", "its codes are taken as names") in log
    assert ("THREE", "its codes are taken as names") in log


def test_columns_that_go_missing_together_are_found(small: Run) -> None:
    assert any(set(block.columns) == {"CARS", "CARS_NEW"} for block in small.analysis.quality.blocks)


def test_effects_point_where_customers_are(small: Run) -> None:
    features = {f.name: f for f in small.analysis.features}
    income = features["INCOME"]
    # Customers are richer: a positive effect, although the mean of the codes (1 is very high) is lower.
    assert income.effect is not None
    assert income.effect > 0.3
    assert income.customer_mean is not None
    assert income.population_mean is not None
    assert income.customer_mean < income.population_mean
    assert "high incomes" in income.sentence
    effects = [abs(f.effect or 0.0) for f in small.analysis.features]
    assert effects == sorted(effects, reverse=True)


def test_the_effect_of_names_is_that_of_a_level_that_is_shown(small: Run) -> None:
    for feature in small.analysis.features:
        if feature.measure == "h":
            shares = [(v.customer_share or 0.0, v.population_share or 0.0) for v in feature.levels]
            largest = max(2 * abs(np.arcsin(np.sqrt(c)) - np.arcsin(np.sqrt(p))) for c, p in shares)
            assert abs(feature.effect or 0.0) == pytest.approx(largest), feature.name


def test_levels_of_features_add_up(small: Run) -> None:
    for feature in small.analysis.features:
        assert sum(v.population_count or 0 for v in feature.levels) == feature.population_known
        assert sum(v.customer_count or 0 for v in feature.levels) == feature.customer_known
        assert sum(v.population_share or 0.0 for v in feature.levels) == pytest.approx(1.0)
        for at in range(len(small.analysis.segments)):
            shares = [v.segment_shares[at] for v in feature.levels]
            known = [share for share in shares if share is not None]
            if len(known) == len(shares):  # no cell is held back
                assert sum(known) == pytest.approx(1.0, abs=feature.segment_step * len(shares))
            assert sum(known) <= 1.0 + feature.segment_step * len(shares) + 1e-9


def test_what_is_unknown_is_shown_as_other_and_never_as_a_marker(small: Run) -> None:
    shop = next(f for f in small.analysis.features if f.name == "SHOP")
    assert [v.label for v in shop.levels] == ["market", "supermarket", "corner shop or other"]
    assert all(m.level != "other" for s in small.analysis.segments for m in s.markers)


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_files(tmp_path_factory.mktemp("three"), population_rows(), customer_rows(), THREE)


def test_a_given_k_is_respected(three: Run) -> None:
    assert (three.analysis.choice.k, three.analysis.choice.given) == (3, True)
    assert len(three.analysis.placed) == 3
    assert "set by hand" in three.analysis.choice.reason
    assert [row.k for row in three.analysis.choice.scan] == [2, 3]


def test_a_given_k_beyond_the_range_widens_the_range(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(rows=600), customer_rows(), replace(QUICK, k=4, k_max=2))
    assert (run.analysis.choice.k, run.analysis.choice.given) == (4, True)


def test_a_k_that_few_rows_cannot_carry_is_not_passed_off_as_the_one_that_was_asked_for(tmp_path: Path) -> None:
    # 300 rows carry 300 x 0.92 / 20 = 13 segments at most: that is said, or refused.
    try:
        choice = run_files(tmp_path, population_rows(rows=300), customer_rows(), replace(QUICK, k=20, k_max=2)).analysis
        said = choice.choice.reason
    except InputError as error:
        said = error.message
    assert "20" in said


def test_the_order_of_rows_changes_nothing(three: Run, tmp_path: Path) -> None:
    turned = run_files(tmp_path, shuffled(population_rows(), 5), shuffled(customer_rows(), 6), THREE)
    assert sizes(turned.analysis) == sizes(three.analysis)
    for one, other in zip(three.analysis.segments, turned.analysis.segments, strict=True):
        assert (one.name, one.index, one.index_placed) == (other.name, other.index, other.index_placed)
    for one_row, other_row in zip(three.analysis.choice.scan, turned.analysis.choice.scan, strict=True):
        assert one_row.ari == pytest.approx(other_row.ari, abs=1e-6)


@pytest.mark.parametrize("block_rows", [None, 97])
def test_threads_do_not_change_a_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block_rows: int | None) -> None:
    if block_rows:
        monkeypatch.setattr("reportgen.ingest.table.BLOCK_ROWS", block_rows)
    texts = []
    for threads in (1, 2):
        run = run_files(tmp_path / str(threads), population_rows(), customer_rows(), THREE, threads=threads)
        texts.append(to_json(run.analysis))
        assert not block_rows or len(run.table.population.blocks) == 16
    assert texts[0] == texts[1]


def test_blocks_change_neither_segments_nor_sample(three: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.ingest.table.BLOCK_ROWS", 97)
    cut = run_files(tmp_path, population_rows(), customer_rows(), THREE)
    assert len(cut.table.population.blocks) == 16
    assert sizes(cut.analysis) == sizes(three.analysis)


def test_segments_of_equal_people_are_neutral_whatever_the_share_of_low_information(tmp_path: Path) -> None:
    # Customers are drawn like the population; only their share of low-information records is 26 % instead of 10 %.
    population = population_rows(rows=4_000, low=0.10)
    customers = small_files.draw_rows(9, 4_000, first_id=1_000_000, low=0.26)
    found = run_files(tmp_path, population, customers, THREE).analysis
    for s in found.placed:
        assert s.interval_sampling is not None
        # Three intervals at 95 %: a margin of half a width more keeps chance out of the test.
        width = s.interval_sampling[1] - s.interval_sampling[0]
        assert s.interval_sampling[0] - width / 2 <= 100 <= s.interval_sampling[1] + width / 2
        assert s.index_placed == pytest.approx(100, abs=12)
        assert s.index is not None
        assert s.index < 0.9 * (s.index_placed or 0)  # over all rows every segment is diluted
        assert s.verdict not in ("over", "under")
    assert found.segments[0].index == pytest.approx(260, rel=0.15)
    assert found.recommendation.write_to == ()


def test_one_file_with_a_customer_column_is_a_nested_pair(tmp_path: Path) -> None:
    population = population_rows(rows=1_200)
    chosen = np.random.default_rng(1).random(1_200) < np.array([0.1, 0.2, 0.5, 0.6])[population.types]
    marked = Rows(
        (*population.header, "BUYS"),
        [[*row, "yes" if buys else "no"] for row, buys in zip(population.cells, chosen, strict=True)],
        population.types,
    )
    customers = Rows(
        population.header,
        [row for row, buys in zip(population.cells, chosen, strict=True) if buys],
        population.types[chosen],
    )
    one = run_files(tmp_path / "one", marked, None, THREE, customer_where=("BUYS", "yes"))
    two = run_files(tmp_path / "two", population, customers, THREE)
    assert one.table.nested
    assert two.table.nested
    assert one.analysis.overlap == two.analysis.overlap == int(chosen.sum())
    assert one.analysis.segments == two.analysis.segments
    assert one.analysis.features == two.analysis.features
    assert one.analysis.components == two.analysis.components
    assert one.analysis.choice == two.analysis.choice
    assert one.analysis.recommendation == two.analysis.recommendation


def test_nested_files_have_narrower_intervals(three: Run, tmp_path: Path) -> None:
    population = population_rows()
    customers = Rows(population.header, population.cells[:600], population.types[:600])
    nested = run_files(tmp_path, population, customers, THREE)
    assert nested.findings.data.overlap == 1.0
    assert three.findings.data.overlap == 0.0
    for s in nested.analysis.placed:
        assert s.interval_sampling is not None
        c, n = s.customers.count, s.population.count
        C = sum(p.customers.count for p in nested.analysis.placed)
        N = sum(p.population.count for p in nested.analysis.placed)
        variance = 1 / c - 1 / C - 1 / n + 2 * c / (C * n) - 1 / N
        assert np.log(s.interval_sampling[1] / s.interval_sampling[0]) == pytest.approx(
            2 * 1.959964 * np.sqrt(variance)
        )


def test_customers_partly_in_the_population(tmp_path: Path) -> None:
    population, outside = population_rows(rows=900), customer_rows(rows=300)
    both = Rows(
        population.header,
        [*population.cells[:100], *outside.cells],
        np.concatenate([population.types[:100], outside.types]),
    )
    run = run_files(tmp_path, population, both, THREE)
    assert (run.analysis.overlap, run.table.nested) == (100, False)
    assert run.findings.data.overlap == pytest.approx(0.25)


def test_customers_without_any_placed_row_can_be_written(tmp_path: Path) -> None:
    found = run_files(tmp_path, population_rows(), customer_rows(rows=60, low=1.0), THREE).analysis
    assert found.segments[0].customers.count == 60
    assert all(s.index_placed is None and s.interval_sampling is None for s in found.placed)
    assert json.loads(to_json(found))["segments"][1]["index_placed_reason"]


def test_files_without_low_information_records(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(low=0.0), customer_rows(low=0.0), THREE)
    low = run.analysis.segments[0]
    assert run.analysis.quality.rows.threshold is None
    assert (low.population.count, low.customers.count, low.index) == (0, 0, None)
    assert low.portrait == ("Every row has enough data to be placed; nobody is in this group.",)
    assert any(d.decision == "all rows are placed in segments" for d in run.analysis.quality.decisions)
    assert all(s.index == s.index_placed for s in run.analysis.placed)
    to_json(run.analysis)


def test_names_may_be_given(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(), customer_rows(), replace(THREE, names={"B": "My favourites"}))
    b = run.analysis.by_id[2]
    assert b.name == "My favourites"
    assert b.name_generated != b.name


def test_clustering_on_all_encoded_columns(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(), customer_rows(), replace(THREE, on_components=False))
    assert run.analysis.components.explained == pytest.approx(1.0)
    assert "all encoded columns" in run.analysis.components.reason
    assert run.analysis.components.hardly_used == ()


def test_a_row_threshold_set_by_hand(tmp_path: Path) -> None:
    run = run_files(tmp_path, population_rows(), customer_rows(), replace(THREE, row_threshold=10))
    assert run.analysis.quality.rows.threshold == 10
    assert run.analysis.segments[0].population.count == 120


def test_a_threshold_that_leaves_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="have fewer than 0 missing values") as caught:
        run_files(tmp_path, population_rows(), customer_rows(), replace(THREE, row_threshold=0))
    assert "row_threshold" in caught.value.hint


def test_too_few_columns_are_refused(tmp_path: Path) -> None:
    lines = FEATURES.splitlines()
    only = "\n".join([lines[0], next(line for line in lines if line.startswith("SAVER;"))]) + "\n"
    with pytest.raises(InputError, match="too few columns can build segments"):
        run_dictionary_of(tmp_path, only)


def run_dictionary_of(folder: Path, features: str, settings: Settings = THREE, population: Rows | None = None) -> Run:
    """Run with some of the features, without labels and parts."""
    rows = population_rows() if population is None else population
    return run_files(folder, rows, customer_rows(), settings, features=features, siblings=False)


def test_data_without_groups_fall_back_and_say_so(tmp_path: Path) -> None:
    # Each column is permuted on its own, so nothing hangs together any more.
    random = np.random.default_rng(1)
    rows = population_rows(low=0.0)
    columns = [random.permutation(column).tolist() for column in list(zip(*rows.cells, strict=True))[1:]]
    cells = [list(row) for row in zip([row[0] for row in rows.cells], *columns, strict=True)]
    lines = FEATURES.splitlines()
    noise = [
        line for line in lines[1:] if line.split(";")[0] in ("AGE", "INCOME", "SAVER", "MOVES", "CARS", "CARS_NEW")
    ]
    text = "\n".join([lines[0], *noise]) + "\n"
    run = run_dictionary_of(tmp_path, text, replace(QUICK, k_max=4), Rows(rows.header, cells, rows.types))
    results = run.findings.choice.results
    assert not any(result.stable for result in results)
    gains = {result.k: result.mean_ari - (result.ari_null or 0.0) for result in results}
    assert all(result.ari_null is not None for result in results)
    assert run.analysis.choice.k == max(gains, key=lambda k: (gains[k], -k))
    assert "At no number of segments" in run.analysis.choice.reason


def test_files_without_a_common_id_have_no_overlap_and_say_so(tmp_path: Path) -> None:
    def nameless(rows: Rows) -> Rows:
        return Rows(rows.header[1:], [row[1:] for row in rows.cells], rows.types)

    run = run_files(tmp_path, nameless(population_rows()), nameless(customer_rows()), THREE)
    assert run.analysis.overlap is None
    assert run.analysis.reasons["overlap"]
    assert run.findings.data.overlap == 0.0
    to_json(run.analysis)


def test_a_column_that_varies_among_low_information_records_alone(tmp_path: Path) -> None:
    rows = population_rows()
    at = rows.header.index("CONSTANT")
    cells = [[*row[:at], "2" if i >= 1_380 else row[at], *row[at + 1 :]] for i, row in enumerate(rows.cells)]
    run = run_files(tmp_path, Rows(rows.header, cells, rows.types), customer_rows(), THREE)
    column = next(c for c in run.analysis.quality.columns if c.name == "CONSTANT")
    assert (column.levels, column.use) == (2, "describe")
    assert column.reason == "does not vary among the placed rows"


def test_a_segment_without_anybody_of_the_population_has_no_index(small: Run) -> None:
    tables = small.findings.tables["population"]

    def emptied(counts: NDArray[np.int64]) -> NDArray[np.int64]:
        moved = counts.copy()
        moved[2] += moved[1]
        moved[1] = 0
        return moved

    empty = Tables(emptied(tables.sizes), tuple(emptied(counts) for counts in tables.counts))
    findings = small.findings
    changed = {**findings.tables, "population": empty}
    findings = replace(findings, tables=changed, released=release_columns(findings.data, changed))
    found = publish(findings, small_files.PROVENANCE, Formatter("en"))
    a = found.by_id[1]
    assert (a.population.count, a.index, a.index_placed, a.interval_sampling) == (0, None, None, None)
    assert a.verdict == "inconclusive"
    assert a.penetration == 0.0
    assert a.reasons["index"] == a.reasons["index_placed"] == "nobody of the population is in it"
    assert from_json(to_json(found)) == found


def test_steps_and_blocks_are_reported_in_order(tmp_path: Path) -> None:
    dictionary = read_dictionary(small_files.write_dictionary(tmp_path / "dictionary"))
    population, customers = population_rows(rows=400), customer_rows(rows=100)
    files = (
        small_files.write_rows(tmp_path / "p.csv", population.header, population.cells),
        small_files.write_rows(tmp_path / "c.csv", customers.header, customers.cells),
    )
    (tmp_path / "blocks").mkdir()
    table = ingest(dictionary, IngestRequest(*files), tmp_path / "blocks")
    steps: list[str] = []
    seen: list[tuple[str, int, float]] = []

    def on_block(side: Side, block: AssignedBlock) -> None:
        seen.append((side.name, len(block.segments), float(np.nanmin(block.distances))))

    findings, _ = analyse(table, THREE, LocalEngine(1), steps.append, on_block)
    assert len(steps) == len(set(steps)) >= 5
    assert [(name, rows) for name, rows, _ in seen] == [("population", 400), ("customers", 100)]
    assert all(nearest >= 0 for _, _, nearest in seen)
    assert findings.sample_rows <= 400


def test_the_hash_column_is_no_feature(small: Run) -> None:
    assert HASH_COLUMN not in [c.name for c in small.table.columns]


def every_string(value: Any, visit: Callable[[str], None]) -> None:
    if isinstance(value, dict):
        for item in value.values():
            every_string(item, visit)
    elif isinstance(value, list):
        for item in value:
            every_string(item, visit)
    elif isinstance(value, str):
        visit(value)


def test_no_text_of_the_analysis_holds_a_raw_float_or_a_nan(small: Run) -> None:
    texts: list[str] = []
    every_string(json.loads(to_json(small.analysis)), texts.append)
    assert texts
    for text in texts:
        assert "nan" not in text.lower().split()
        assert "None" not in text
        assert all(len(part.split(".")[-1]) < 6 for part in text.split() if part.replace(".", "").isdigit())


def test_portraits_and_markers_belong_together(small: Run) -> None:
    def phrases(segment: Segment) -> set[str]:
        return {m.phrase for m in segment.markers if m.is_trait}

    for s in small.analysis.placed:
        told = " ".join(s.portrait)
        assert any(phrase in told for phrase in phrases(s))
