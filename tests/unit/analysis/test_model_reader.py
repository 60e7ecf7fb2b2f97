"""A model that was stored assigns as the one that was built, whatever the new read looks like."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.drift_space import common_centroids, space_of
from reportgen.analysis.model import model_files
from reportgen.analysis.model_fit import _between as between
from reportgen.analysis.model_fit import as_kept, fit_to, places, schema_changes
from reportgen.analysis.model_reader import StoredColumn, StoredModel, StoredTable, parse_model, read_model
from reportgen.analysis.segmentation import Model, make_assigner
from reportgen.dictionary import Direction
from reportgen.errors import ModelError
from reportgen.ingest.table import CodedColumn, CodedTable, Level, Status, read_codes
from tests.unit.analysis.coded import coded_column, floats
from tests.unit.analysis.small import Run, customer_rows, population_rows, run_files


@pytest.fixture(scope="module")
def stored(small: Run) -> StoredModel:
    return parse_model(model_files(small.model, small.table, small.findings.campaign.ranking), "small")


def segments_of(model: Model, table: CodedTable) -> NDArray[np.int64]:
    assigner = make_assigner(model.encoder, model.components, model.segmentation.centroids)
    found = [assigner.nearest(read_codes(block, model.encoder.columns)) for block in table.population.blocks]
    return np.concatenate(found).astype(np.int64)


def test_it_reads_back_what_was_written(small: Run, stored: StoredModel, tmp_path: Path) -> None:
    for name, content in model_files(small.model, small.table, small.findings.campaign.ranking).items():
        (tmp_path / name).write_bytes(content)
    assert read_model(tmp_path).fingerprint == stored.fingerprint
    np.testing.assert_array_equal(stored.segmentation.centroids, small.model.segmentation.centroids)
    np.testing.assert_array_equal(stored.components.loadings, small.model.components.loadings)
    np.testing.assert_array_equal(stored.components.basis, small.model.components.basis)
    assert stored.components.kept == small.model.components.kept
    assert stored.segmentation.public_ids == small.model.segmentation.public_ids
    assert stored.threshold == small.model.placement.threshold


def test_it_assigns_the_same_files_alike(small: Run, stored: StoredModel) -> None:
    fitted = fit_to(stored, small.table.columns)
    np.testing.assert_array_equal(segments_of(fitted, small.table), segments_of(small.model, small.table))
    for old, new in zip(small.model.encoder.stretches, fitted.encoder.stretches, strict=True):
        np.testing.assert_array_equal(new.table, old.table)


def test_it_assigns_rows_in_another_order_alike(small: Run, stored: StoredModel, tmp_path: Path) -> None:
    rows = population_rows()
    order = np.random.default_rng(1).permutation(len(rows.cells))
    other = run_files(tmp_path, replace(rows, cells=[rows.cells[i] for i in order]), customer_rows())
    codes = [column.codes for column in other.table.columns]
    assert codes != [column.codes for column in small.table.columns]  # numbered as they appear
    found = segments_of(fit_to(stored, other.table.columns), other.table)
    np.testing.assert_array_equal(found, segments_of(small.model, small.table)[order])


def changed(
    columns: tuple[CodedColumn, ...], name: str, change: Callable[[CodedColumn], CodedColumn | None]
) -> list[CodedColumn]:
    made = [change(column) if column.name == name else column for column in columns]
    return [column for column in made if column is not None]


def with_status(column: CodedColumn, code: str, status: Status) -> CodedColumn:
    states = column.status.copy()
    states[column.codes.index(code)] = status
    return replace(column, status=states)


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("INCOME", lambda column: None, "column INCOME is gone from the files or the dictionary"),
        (
            "INCOME",
            lambda column: replace(
                column, feature=replace(column.feature, kind=type(column.feature.kind)("categorical"))
            ),
            "column INCOME is categorical now, not ordinal",
        ),
        (
            "INCOME",
            lambda column: with_status(column, "3", Status.CODED),
            "code 3 of column INCOME means something else",
        ),
        (
            "INCOME",
            lambda column: with_status(column, "-1", Status.VALUE),
            "code -1 of column INCOME means something else",
        ),
    ],
)
def test_files_that_no_longer_fit(
    small: Run, stored: StoredModel, name: str, change: Callable[[CodedColumn], CodedColumn | None], said: str
) -> None:
    columns = changed(small.table.columns, name, change)
    assert schema_changes(stored, columns) == (said,)
    with pytest.raises(ModelError, match=said):
        fit_to(stored, columns)


def test_a_column_that_is_not_used_may_go(small: Run, stored: StoredModel) -> None:
    assert schema_changes(stored, [column for column in small.table.columns if column.name != "NATION"]) == () or (
        "NATION" in stored.columns
    )


def test_a_new_name_is_neutral_and_a_new_rank_lies_between_its_neighbours(small: Run, stored: StoredModel) -> None:
    columns = changed(
        small.table.columns, "HOUSE", lambda column: with_value(column, "castle", np.nan, len(column.levels))
    )
    columns = changed(tuple(columns), "SAVER", lambda column: with_value(column, "2.5", 2.5))
    rows = {
        stretch.aspect.column.name: (stretch.aspect.column, stretch.table)
        for stretch in fit_to(stored, columns).encoder.stretches
    }
    house, table = rows["HOUSE"]
    assert not table[house.codes.index("castle")].any()
    saver, table = rows["SAVER"]
    low, high = (table[saver.codes.index(code)][0] for code in "23")
    assert table[saver.codes.index("2.5")][0] == pytest.approx((low + high) / 2, abs=2**-12)


def with_value(column: CodedColumn, code: str, value: float, level: int = 0) -> CodedColumn:
    """Return a column in which one more code is a value."""
    return replace(
        column,
        codes=(*column.codes, code),
        status=np.append(column.status, Status.VALUE).astype(np.int8),
        values=np.append(column.values, value),
        level_of=np.append(column.level_of, level).astype(np.int16),
    )


def test_codes_without_a_place_are_unknown_to_kept_segments(small: Run, stored: StoredModel) -> None:
    table = small.table
    assert as_kept(stored, table) == table

    def castle(column: CodedColumn) -> CodedColumn:
        levels = (Level("castle", "a castle"), *column.levels)
        lower = replace(column, levels=levels, level_of=np.where(column.level_of >= 0, column.level_of + 1, -1))
        return with_value(lower, "castle", np.nan)

    columns = changed(table.columns, "HOUSE", castle)
    columns = changed(tuple(columns), "SAVER", lambda column: with_value(column, "2.5", 2.5))
    kept = as_kept(stored, replace(table, columns=tuple(columns)))
    by_name = {column.name: column for column in kept.columns}
    house, before = by_name["HOUSE"], next(column for column in table.columns if column.name == "HOUSE")
    at = house.codes.index("castle")
    assert house.status[at] == Status.UNKNOWN
    assert house.levels[:-1] == before.levels
    assert (house.levels[-1].code, house.level_of[at]) == ("other", len(before.levels))
    np.testing.assert_array_equal(house.level_of[:at], before.level_of)
    assert by_name["SAVER"].status[-1] == Status.VALUE  # a scale has a place for every number
    (finding,) = kept.warnings[len(table.warnings) :]
    assert finding.column == "HOUSE"
    assert finding.message.startswith("code castle is new since the segments were built")
    assert finding.public.startswith("one code is new since the segments were built")


def test_a_scale_whose_known_codes_have_other_numbers_has_no_place_for_new_ones(
    small: Run, stored: StoredModel
) -> None:
    def status_of(change: Callable[[CodedColumn], CodedColumn]) -> int:
        columns = changed(small.table.columns, "SAVER", lambda column: with_value(change(column), "2.5", 2.5))
        kept = as_kept(stored, replace(small.table, columns=tuple(columns)))
        return int(next(column for column in kept.columns if column.name == "SAVER").status[-1])

    assert status_of(lambda column: column) == Status.VALUE
    assert status_of(lambda column: replace(column, values=column.values + 1)) == Status.UNKNOWN


def test_a_scale_that_was_turned_round_keeps_its_places(small: Run, stored: StoredModel) -> None:
    def turned(column: CodedColumn) -> CodedColumn:
        ways = {Direction.ASCENDING: Direction.DESCENDING, Direction.DESCENDING: Direction.ASCENDING}
        feature = replace(column.feature, direction=ways[column.feature.direction or Direction.ASCENDING])
        return replace(column, feature=feature)

    def row_of(columns: Sequence[CodedColumn]) -> float:
        stretches = fit_to(stored, columns).encoder.stretches
        stretch = next(stretch for stretch in stretches if stretch.aspect.column.name == "SAVER")
        return float(stretch.table[-1, 0])

    plain = changed(small.table.columns, "SAVER", lambda column: with_value(column, "2.5", 2.5))
    other = changed(small.table.columns, "SAVER", lambda column: turned(with_value(column, "2.5", 2.5)))
    assert row_of(other) == row_of(plain) != 0


def test_a_new_code_takes_the_place_of_a_known_one_with_the_same_part() -> None:
    levels = (Level("1", "city"), Level("2", "land"), Level("3", "sea"))
    column = coded_column("X", ("a", "b", "c", "d"))
    known = Aspect(
        column, 0, "where", "where", "", "", False, np.full(4, np.nan), 1.0, np.array([0, 1, 0, 2]), levels
    )  # fmt: skip
    table = StoredTable(
        "X", "where", False, ("city", "land"), False, floats([[1, 0], [0, 1]]).astype(np.float32), floats([])
    )
    stored = StoredColumn("X", "mixed", {"a": Status.VALUE, "b": Status.VALUE})
    found = places(table, stored, known)
    assert {raw: row.tolist() for raw, row in found.items()} == {0: [1, 0], 1: [0, 1], 2: [1, 0]}


def table_of(values: list[float], rows: list[float], *, ranked: bool = False) -> StoredTable:
    return StoredTable("X", "", True, ("",), ranked, floats(rows)[:, np.newaxis].astype(np.float32), floats(values))


def test_beyond_the_known_numbers_the_slope_goes_on_and_ranks_stop() -> None:
    scale = table_of([1.0, 3.0, np.nan, 2.0], [-1.0, 1.0, 0.0, 0.0])
    assert [float(between(scale, value)) for value in (0.0, 1.5, 5.0)] == [-2.0, -0.5, 3.0]
    ranks = table_of([1.0, 3.0, 2.0], [-1.0, 1.0, 0.0], ranked=True)
    assert [float(between(ranks, value)) for value in (0.0, 1.5, 5.0)] == [-1.0, -0.5, 1.0]


@pytest.mark.parametrize("spoil", ["hash", "version", "json", "missing", "key"])
def test_a_damaged_model_is_never_used(small: Run, tmp_path: Path, spoil: str) -> None:
    files = model_files(small.model, small.table, small.findings.campaign.ranking)
    told = json.loads(files["model.json"])
    if spoil == "hash":
        files["arrays.npz"] = files["arrays.npz"][:-1] + b"x"
    elif spoil == "version":
        files["model.json"] = json.dumps(told | {"model_version": 99}).encode()
    elif spoil == "json":
        files["model.json"] = b"{"
    elif spoil == "key":
        files["model.json"] = json.dumps({k: v for k, v in told.items() if k != "tables"}).encode()
    for name, content in files.items():
        if (spoil, name) != ("missing", "arrays.npz"):
            (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError):
        read_model(tmp_path)


def test_centroids_are_compared_in_the_columns_that_both_models_have(small: Run, stored: StoredModel) -> None:
    first, second = space_of(small.model), space_of(stored)
    assert first.columns == second.columns
    np.testing.assert_allclose(first.centroids, second.centroids)
    shorter = replace(first, columns=first.columns[1:], centroids=first.centroids[:, 1:])
    found = common_centroids(shorter, second)
    assert found is not None
    np.testing.assert_allclose(found[0], found[1])
    assert common_centroids(replace(first, columns=first.columns[:3], centroids=first.centroids[:, :3]), second) is None


def test_a_column_made_by_hand_has_a_status_for_each_code() -> None:
    assert coded_column("X", ["1", "-1"], missing=["-1"]).status.tolist() == [Status.VALUE, Status.CODED]
