"""Passes over small blocks whose sums can be done by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.dictionary import Kind
from reportgen.engine import assignment, passes
from reportgen.engine.assignment import AssignedBlock, Assigner, assign, collect_tables, tabulate
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import (
    Placement,
    RowEncoder,
    block_moments,
    count_missing_per_row,
    count_placed,
    count_values,
    sum_moments,
)
from reportgen.engine.sampling import SampleRows, draw_samples, mix_hash
from reportgen.ingest.table import CodedColumn, Side
from tests.unit.analysis.coded import coded_column, ints, raw, write_side

ENGINE = LocalEngine(1)
# Raw codes: 0 blank, 1 and 2 values, 3 coded missing, 4 not in the dictionary.
A = coded_column("a", ["", "1", "2", "9", "7"], missing=["9"], unknown=["7"])
B = coded_column("b", ["x", "", "y"], Kind.CATEGORICAL)
COLUMNS = (A, B)
CODES = raw(
    [
        [0, 1, 2, 3, 4, 1, 1, 2],  # a misses rows 0, 3 and 4
        [0, 1, 2, 1, 1, 0, 2, 1],  # b misses rows 1, 3, 4 and 7
    ]
)


@pytest.fixture
def side(tmp_path: Path) -> Side:
    return write_side(tmp_path, COLUMNS, CODES, block_rows=3)


def encoder() -> RowEncoder:
    """Two encoded columns of a (one per stretch) around one of b."""
    return RowEncoder(
        COLUMNS,
        (
            (0, np.array([[0], [-1], [1], [0], [0]], dtype=np.float32)),
            (1, np.array([[0.5], [0], [-0.5]], dtype=np.float32)),
            (0, np.array([[0], [2], [4], [0], [0]], dtype=np.float32)),
        ),
    )


def test_missing_values_are_blank_coded_and_unknown_ones() -> None:
    np.testing.assert_array_equal(passes.missing_per_row(CODES, COLUMNS), [1, 1, 0, 2, 2, 0, 0, 1])


def test_rows_by_number_of_missing_values(side: Side) -> None:
    np.testing.assert_array_equal(count_missing_per_row(ENGINE, side, COLUMNS), [3, 3, 2])


def test_counts_over_all_rows_and_over_placed_rows(side: Side) -> None:
    a, b = count_values(ENGINE, side, COLUMNS)
    np.testing.assert_array_equal(a, [1, 3, 2, 1, 1])
    np.testing.assert_array_equal(b, [2, 4, 2])
    everybody = (a, b)
    a, b = count_placed(ENGINE, side, COLUMNS, Placement(COLUMNS, 1), everybody)  # rows 2, 5 and 6 miss nothing
    np.testing.assert_array_equal(a, [0, 2, 1, 0, 0])
    np.testing.assert_array_equal(b, [1, 0, 2])
    assert count_placed(ENGINE, side, COLUMNS, Placement(COLUMNS, None), everybody) is everybody


def test_counts_may_be_of_some_columns_in_another_order(side: Side) -> None:
    b, a = count_values(ENGINE, side, (B, A))
    assert (len(b), len(a)) == (3, 5)
    assert int(b[1]) == 4


def test_encoding_is_a_look_up() -> None:
    np.testing.assert_array_equal(
        encoder().encode(CODES[:, :3]), np.array([[0, 0.5, 0], [-1, 0, 2], [1, -0.5, 4]], dtype=np.float32)
    )
    assert encoder().width == 3


def test_moments_by_hand(side: Side) -> None:
    # Placed rows 2, 5, 6 are (1, -.5, 4), (-1, .5, 2), (-1, -.5, 2).
    moments = sum_moments(ENGINE, side, encoder(), Placement(COLUMNS, 1))
    assert moments.rows == 3
    np.testing.assert_array_equal(moments.sums, [-1, -0.5, 8])
    np.testing.assert_array_equal(
        moments.products,
        [
            [3, -0.5, 0],  # 1+1+1; -.5-.5+.5; 4-2-2
            [-0.5, 0.75, -2],  # .25 x 3; -2+1-1
            [0, -2, 24],  # 16+4+4
        ],
    )


def test_moments_of_no_rows_are_zero() -> None:
    moments = block_moments(encoder(), CODES[:, :0])
    assert moments.rows == 0
    assert not moments.sums.any()
    assert not moments.products.any()


def identity_assigner() -> Assigner:
    """Two centroids in the encoded space itself: (0, 0, 0) and (0, 0, 4)."""
    centroids = np.array([[0, 0, 0], [0, 0, 4]], dtype=np.float32)
    return Assigner(
        encoder(),
        np.ascontiguousarray(centroids.T),
        (centroids**2).sum(axis=1),
        np.eye(3, dtype=np.float32),
        np.zeros(3, dtype=np.float32),
    )


def test_nearest_centroid_and_distance_by_hand() -> None:
    labels, distances = identity_assigner().nearest_and_distance(CODES[:, 1:3])
    # (-1, 0, 2) is as far from both, and ties go to the first; (1, -.5, 4) is near (0, 0, 4).
    np.testing.assert_array_equal(labels, [0, 1])
    np.testing.assert_allclose(distances, [np.sqrt(5), np.sqrt(1.25)], rtol=1e-6)
    np.testing.assert_array_equal(identity_assigner().nearest(CODES[:, 1:3]), [0, 1])


def test_assignment_by_block_with_tables(side: Side) -> None:
    seen: list[AssignedBlock] = []
    blocks = assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, 2), distances=True)
    tables = collect_tables(blocks, seen.append)
    segments = np.concatenate([block.segments for block in seen])
    # Rows 3 and 4 miss two values; a = 2 (rows 2 and 7) lies at 4 on the third axis.
    np.testing.assert_array_equal(segments, [1, 1, 2, 0, 0, 1, 1, 2])
    assert [block.block for block in seen] == list(side.blocks)
    distances = np.concatenate([block.distances for block in seen])
    np.testing.assert_array_equal(np.isnan(distances), segments == 0)
    np.testing.assert_array_equal(tables.sizes, [2, 4, 2])
    np.testing.assert_array_equal(tables.counts[0], [[0, 0, 0, 1, 1], [1, 3, 0, 0, 0], [0, 0, 2, 0, 0]])
    np.testing.assert_array_equal(tables.counts[1], [[0, 2, 0], [2, 1, 1], [0, 1, 1]])


def test_without_being_asked_no_distance_is_measured(side: Side) -> None:
    blocks = list(assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, None)))
    assert all(block.distances.size == 0 for block in blocks)
    assert all((block.segments > 0).all() for block in blocks)


def test_columns_of_the_encoder_are_found_among_those_to_tabulate(side: Side) -> None:
    straight = collect_tables(assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, None)))
    turned = collect_tables(assign(ENGINE, side, (B, A), identity_assigner(), Placement(COLUMNS, None)))
    np.testing.assert_array_equal(straight.counts[0], turned.counts[1])
    np.testing.assert_array_equal(straight.sizes, turned.sizes)


def test_long_blocks_are_worked_in_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    codes = raw(np.stack([random.integers(0, 5, 100), random.integers(0, 3, 100)]))
    side = write_side(tmp_path, COLUMNS, codes)
    whole = list(assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, 2), distances=True))
    monkeypatch.setattr(assignment, "CHUNK_ROWS", 7)
    chunked = list(assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, 2), distances=True))
    np.testing.assert_array_equal(whole[0].segments, chunked[0].segments)
    np.testing.assert_allclose(whole[0].distances, chunked[0].distances, rtol=1e-6)


def test_tabulate_counts_empty_segments_too() -> None:
    tables = tabulate(CODES, COLUMNS, np.array([1, 1, 3, 0, 0, 1, 3, 3], dtype=np.int8), 4)
    np.testing.assert_array_equal(tables.sizes, [2, 3, 0, 3, 0])
    assert tables.counts[1].shape == (5, 3)
    assert not tables.counts[0][[2, 4]].any()


def hashes_of(rows: int) -> NDArray[np.uint64]:
    return np.random.default_rng(5).integers(0, 2**64, rows, dtype=np.uint64)


def drawn(folder: Path, codes: NDArray[np.int16], hashes: NDArray[np.uint64], block_rows: int) -> SampleRows:
    side = write_side(folder, COLUMNS, codes, block_rows=block_rows, hashes=hashes)
    return draw_samples(ENGINE, side, COLUMNS, ((Placement(COLUMNS, 2), 40),), seed=4)[0]


def test_the_sample_depends_on_ids_alone(tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    codes = raw(np.stack([random.integers(0, 5, 300), random.integers(0, 3, 300)]))
    hashes = hashes_of(300)
    order = random.permutation(300)
    one = drawn(tmp_path / "one", codes, hashes, 300)
    many = drawn(tmp_path / "many", codes, hashes, 17)
    turned = drawn(tmp_path / "turned", codes[:, order], hashes[order], 50)
    for other in (many, turned):
        np.testing.assert_array_equal(one.hashes, other.hashes)
        np.testing.assert_array_equal(one.codes, other.codes)


def test_the_sample_is_the_placed_rows_with_the_smallest_mixed_hashes(tmp_path: Path) -> None:
    random = np.random.default_rng(9)
    codes = raw(np.stack([random.integers(0, 5, 200), random.integers(0, 3, 200)]))
    hashes = hashes_of(200)
    sample = drawn(tmp_path, codes, hashes, 64)
    mixed = mix_hash(hashes, 4)
    placed = passes.missing_per_row(codes, COLUMNS) < 2
    expected = np.sort(mixed[placed])[:40]
    np.testing.assert_array_equal(sample.hashes, expected)
    row_of = {int(value): at for at, value in enumerate(mixed)}
    np.testing.assert_array_equal(sample.codes, codes[:, [row_of[int(value)] for value in expected]])


def test_a_file_smaller_than_the_sample_is_taken_whole(tmp_path: Path) -> None:
    side = write_side(tmp_path, COLUMNS, CODES, block_rows=3)
    (sample,) = draw_samples(ENGINE, side, COLUMNS, ((Placement((), None), 1_000),), seed=1)
    assert sample.codes.shape == (2, 8)
    assert (np.diff(sample.hashes.astype(np.float64)) > 0).all()


def test_equal_hashes_keep_the_earlier_row() -> None:
    rows = SampleRows(np.array([5, 3, 3, 1], dtype=np.uint64), raw([[0, 1, 2, 3]]))
    np.testing.assert_array_equal(rows.smallest(3).codes, [[3, 1, 2]])


def test_another_seed_gives_another_sample() -> None:
    hashes = hashes_of(1_000)
    chosen = [set(np.argsort(mix_hash(hashes, seed))[:100].tolist()) for seed in (1, 2)]
    # A second sample of 100 of 1,000 shares about 10 rows with the first.
    assert len(chosen[0] & chosen[1]) < 30


def test_mixing_by_splitmix64() -> None:
    # First three outputs of splitmix64 from state 0: the finaliser applied to 1, 2 and 3 times the golden gamma
    # (Vigna's reference implementation, https://prng.di.unimi.it/splitmix64.c).
    zero = np.zeros(1, dtype=np.uint64)
    found = [int(mix_hash(zero, seed)[0]) for seed in (1, 2, 3)]
    assert found == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]


def test_mixing_is_one_to_one() -> None:
    near = np.arange(200_000, dtype=np.uint64)
    far = np.uint64(2**64 - 1) - near
    both = np.concatenate([near, far, near << np.uint64(40)])
    unique = np.unique(both)
    for seed in (0, 1, 12_345, 2**62):
        assert len(np.unique(mix_hash(unique, seed))) == len(unique)


def unmix(z: int, seed: int) -> int:
    """Undo the finaliser: xor-shifts by repetition, products by the inverse modulo 2**64."""
    whole = 2**64
    z ^= (z >> 31) ^ (z >> 62)
    z = z * pow(0x94D049BB133111EB, -1, whole) % whole
    z ^= (z >> 27) ^ (z >> 54)
    z = z * pow(0xBF58476D1CE4E5B9, -1, whole) % whole
    z ^= (z >> 30) ^ (z >> 60)
    return (z - seed * 0x9E3779B97F4A7C15) % whole


def test_mixing_can_be_undone() -> None:
    hashes = hashes_of(500)
    for seed in (0, 7, 2**40):
        assert [unmix(int(z), seed) for z in mix_hash(hashes, seed)] == hashes.tolist()


def assert_same_counts(first: tuple[CodedColumn, ...], side: Side, threads: int) -> None:
    one = count_values(LocalEngine(1), side, first)
    other = count_values(LocalEngine(threads), side, first)
    for a, b in zip(one, other, strict=True):
        np.testing.assert_array_equal(a, b)


def test_threads_do_not_change_counts(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    codes = raw(np.stack([random.integers(0, 5, 500), random.integers(0, 3, 500)]))
    assert_same_counts(COLUMNS, write_side(tmp_path, COLUMNS, codes, block_rows=13), 4)


def test_sums_of_tables_are_exact_integers(side: Side) -> None:
    tables = collect_tables(assign(ENGINE, side, COLUMNS, identity_assigner(), Placement(COLUMNS, None)))
    assert tables.sizes.dtype == np.int64
    for table in tables.counts:
        np.testing.assert_array_equal(table.sum(axis=1), tables.sizes)
    np.testing.assert_array_equal(ints([8]), [tables.sizes.sum()])
