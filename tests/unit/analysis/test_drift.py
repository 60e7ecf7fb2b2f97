"""Measures of change: by hand, by simulation, and what always holds."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportgen.analysis.drift_counts import CodeCounts, common_cells, count_codes, read_counts, write_counts
from reportgen.analysis.drift_features import compare_features, without_small_cells
from reportgen.analysis.drift_index import difference_interval
from reportgen.analysis.drift_match import identity, keep_ids, match_by_centroids, match_by_rows
from reportgen.analysis.drift_people import Assigned, cross_table, hidden_flows, migration_of, read_assigned
from reportgen.analysis.drift_shift import adjust, shift_of, stability_index
from tests.unit.analysis.coded import floats, ints
from tests.unit.analysis.small import Run

COUNTS = st.lists(st.integers(0, 500), min_size=2, max_size=8)


def test_stability_index_by_hand() -> None:
    # shares 0.5, 0.3, 0.2 and 0.4, 0.3, 0.3: -0.1 ln 0.8 + 0 + 0.1 ln 1.5
    found = stability_index(ints([50, 30, 20]), ints([400, 300, 300]))
    assert found == pytest.approx(-0.1 * math.log(0.8) + 0.1 * math.log(1.5))


def test_an_empty_cell_counts_one_half_and_one_empty_on_both_sides_not_at_all() -> None:
    found = stability_index(ints([99, 0, 0]), ints([90, 10, 0]))
    p, q = floats([99, 0.5]) / 99.5, floats([90, 10]) / 100
    assert found == pytest.approx(float(((q - p) * np.log(q / p)).sum()))


@given(COUNTS, COUNTS)
def test_it_is_symmetric_at_least_zero_and_zero_for_equal_shares(first: list[int], second: list[int]) -> None:
    width = min(len(first), len(second))
    a, b = ints(first[:width]), ints(second[:width])
    if not a.sum() or not b.sum():
        with pytest.raises(ValueError, match="nobody"):
            stability_index(a, b)
        assert shift_of(a, b) is None
        return
    assert stability_index(a, b) >= 0
    assert stability_index(a, b) == pytest.approx(stability_index(b, a))
    whole = a[a > 0]
    assert stability_index(whole, 3 * whole) == pytest.approx(0.0, abs=1e-12)


def test_chance_exceeds_the_noise_level_once_in_twenty() -> None:
    random = np.random.default_rng(7)
    shares = floats([0.4, 0.3, 0.2, 0.1])
    over = 0
    for _ in range(2_000):
        shift = shift_of(random.multinomial(3_000, shares), random.multinomial(2_000, shares))
        assert shift is not None
        over += shift.psi > shift.noise
    assert 0.035 < over / 2_000 < 0.065


def test_p_value_and_noise_say_the_same() -> None:
    shift = shift_of(ints([500, 300, 200]), ints([450, 320, 230]))
    assert shift is not None
    assert (shift.psi > shift.noise) is (shift.p_holm < 0.05)


def test_an_alarm_is_large_and_beyond_chance() -> None:
    large, few, small = ints([500, 500]), ints([5, 5]), ints([900, 100])
    shifts = adjust([shift_of(large, small), shift_of(few, ints([9, 1])), shift_of(large, ints([520, 480])), None])
    assert [shift and shift.alarm for shift in shifts] == [True, False, False, None]
    assert shifts[1] is not None
    assert shifts[1].psi > 0.25  # large, but ten people can do that by chance


def test_one_cell_cannot_shift() -> None:
    shift = shift_of(ints([10, 0]), ints([20, 0]))
    assert shift is not None
    assert (shift.psi, shift.noise, shift.p_holm) == (0.0, 0.0, 1.0)


def column(codes: dict[str, tuple[int, int]], missing: tuple[int, int] = (0, 0), *, number: bool = False) -> CodeCounts:
    counts = np.array(list(codes.values()), dtype=np.int64).reshape(len(codes), 2)
    sides = {"population": counts[:, 0], "customers": counts[:, 1]}
    gone = dict(zip(sides, missing, strict=True))
    return CodeCounts("F", "feature", number, tuple(codes), sides, gone, dict.fromkeys(sides, 0))


def test_names_are_cells_with_missing_values_last() -> None:
    before = column({"a": (10, 1), "b": (20, 2)}, (5, 0))
    now = column({"b": (30, 3), "c": (7, 0)}, (1, 4))
    first, second = common_cells(before, now, "population")
    assert first.tolist() == [10, 20, 0, 5]
    assert second.tolist() == [0, 30, 7, 1]
    assert [cells.tolist() for cells in common_cells(before, now, "customers")] == [[1, 2, 0, 0], [0, 3, 0, 4]]


def test_numbers_are_cut_alike_whatever_the_grid() -> None:
    before = column({str(v): (1, 0) for v in range(100)}, number=True)
    finer = column({str(v / 2): (1, 0) for v in range(200)}, number=True)
    first, second = common_cells(before, finer, "population")
    assert len(first) == len(second) == 22  # twenty bins, what is no number, missing
    assert first.sum() == 100
    assert second.sum() == 200
    assert first[:20].tolist() == [5] * 20
    assert abs(second[:20] - 10).max() <= 1
    shifted = column({str(v + 50): (1, 0) for v in range(100)}, number=True)
    assert stability_index(*common_cells(before, shifted, "population")) > 1


def test_codes_that_come_and_go_are_named_when_ten_people_have_them() -> None:
    before = column({"a": (50, 0), "old": (12, 2), "both": (8, 8), "few": (9, 0)})
    now = column({"a": (50, 0), "new": (0, 10), "rare": (1, 0), "none": (0, 0)})
    (shift,) = compare_features({"F": before}, {"F": now}, None)
    assert (shift.new_codes, shift.vanished_codes, shift.rare_codes) == (("new",), ("old",), 3)
    assert shift.since_fit is None
    assert "not at hand" in shift.reasons["since_fit"]
    (shift,) = compare_features({"F": replace(before, is_number=True)}, {"F": replace(now, is_number=True)}, None)
    assert (shift.new_codes, shift.vanished_codes, shift.rare_codes) == ((), (), 0)


def test_codes_that_only_customers_have_in_one_issue_come_and_go() -> None:
    before = column({"a": (50, 5), "gone": (12, 30), "few": (9, 30), "late": (0, 25)})
    now = column({"a": (50, 5), "gone": (0, 28), "few": (0, 30), "late": (10, 25)})
    (shift,) = compare_features({"F": before}, {"F": now}, None)
    assert (shift.new_codes, shift.vanished_codes, shift.rare_codes) == (("late",), ("gone",), 0)


def test_features_are_ordered_by_shift_and_columns_of_one_run_left_out() -> None:
    calm = replace(column({"a": (50, 5), "b": (50, 5)}), name="calm")
    wild = {"before": column({"a": (90, 5), "b": (10, 5)}), "now": column({"a": (10, 5), "b": (90, 5)})}
    found = compare_features(
        {"calm": calm, "F": wild["before"]}, {"calm": calm, "F": wild["now"], "x": calm}, {"F": calm}
    )
    assert [shift.name for shift in found] == ["F", "calm"]
    assert found[0].population is not None
    assert found[0].population.alarm
    assert found[0].since_fit is not None
    assert found[1].population is not None
    assert found[1].population.psi == 0.0


def test_counts_are_those_of_the_files_and_read_back(small: Run) -> None:
    counts = count_codes(small.table, small.findings.data.counts)
    back = read_counts(write_counts(counts))
    assert back.keys() == counts.keys()
    for name, one in counts.items():
        assert (back[name].codes, back[name].missing, back[name].unknown) == (one.codes, one.missing, one.unknown)
        for side in ("population", "customers"):
            np.testing.assert_array_equal(back[name].counts[side], one.counts[side])
    assert counts["AGE"].rows("population") == 1_500
    assert counts["SHOP"].unknown["population"] > 0
    assert counts["SHOP"].unknown_share("population") == counts["SHOP"].unknown["population"] / 1_500
    assert counts["AGE"].is_number
    assert not counts["SHOP"].is_number


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"counts_version": 9, "columns": []}', b'{"counts_version": 1, "columns": [{}]}']
)
def test_damaged_counts_are_told(content: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read_counts(content)


def test_difference_by_hand() -> None:
    assert difference_interval(100.0, (97.0, 103.0), 110.0, (106.0, 114.0)) == (5.0, 15.0)
    low, high = difference_interval(100.0, (90.0, 120.0), 100.0, (95.0, 101.0))
    assert low == pytest.approx(-math.hypot(5, 20))
    assert high == pytest.approx(math.hypot(1, 10))


@given(st.floats(10, 400), st.floats(10, 400), st.floats(1, 50), st.floats(1, 50))
def test_a_difference_turns_round_with_its_sides(a: float, b: float, wide: float, narrow: float) -> None:
    low, high = difference_interval(a, (a - wide, a + narrow), b, (b - narrow, b + wide))
    back = difference_interval(b, (b - narrow, b + wide), a, (a - wide, a + narrow))
    assert (-back[1], -back[0]) == pytest.approx((low, high))
    assert low <= b - a <= high


def test_coverage_of_the_difference() -> None:
    random = np.random.default_rng(3)
    hit = 0
    for _ in range(4_000):
        a, b = 100 * np.exp(0.05 * random.standard_normal(2))
        around = [(x * math.exp(-1.96 * 0.05), x * math.exp(1.96 * 0.05)) for x in (a, b)]
        low, high = difference_interval(float(a), around[0], float(b), around[1])
        hit += low <= 0 <= high
    assert 0.935 < hit / 4_000 < 0.965


def test_segments_that_changed_places_are_known_again() -> None:
    found = match_by_rows(ints([[0, 90, 5], [80, 0, 10], [3, 2, 70]]))
    assert {new: old for new, (old, _) in found.pairs.items()} == {0: 1, 1: 0, 2: 2}
    assert found.pairs[1][1] == pytest.approx(90 / (95 + 92 - 90))
    assert (found.born, found.died, found.parts, found.sources) == ((), (), {}, {})
    assert keep_ids(found, (4, 7, 9), (4, 7, 9)) == (7, 4, 9)


def test_a_split_with_one_large_part() -> None:
    found = match_by_rows(ints([[100, 0, 0], [2, 70, 28]]))
    assert {new: old for new, (old, _) in found.pairs.items()} == {0: 0, 1: 1}
    assert found.parts == {1: 1, 2: 1}
    assert keep_ids(found, (1, 2), (1, 2)) == (1, 2, 3)
    assert (found.born, found.died) == ((), ())


def test_a_split_into_halves_keeps_no_id() -> None:
    found = match_by_rows(ints([[100, 0, 0], [0, 50, 50]]))
    assert found.pairs.keys() == {0}
    assert found.parts == {1: 1, 2: 1}
    assert keep_ids(found, (1, 2), (1, 2, 5)) == (1, 6, 7)


def test_a_merge_is_the_mirror() -> None:
    found = match_by_rows(ints([[100, 0], [0, 40], [5, 60]]))
    assert found.sources == {1: (1, 2)}
    assert {new: old for new, (old, _) in found.pairs.items()} == {0: 0, 1: 2}
    assert found.died == ()


def test_born_and_died() -> None:
    found = match_by_rows(ints([[90, 5, 5], [30, 30, 30], [0, 30, 31]]))
    assert found.pairs.keys() == {0}
    assert found.died == (1, 2)
    assert found.born == (1, 2)


def test_ids_are_never_given_twice_before_all_letters_were_used() -> None:
    nothing = match_by_rows(ints([[1, 1], [1, 1]]))
    assert keep_ids(nothing, (1, 2), range(1, 24)) == (24, 25)
    assert keep_ids(nothing, (1, 2), range(1, 25)) == (25, 1)
    kept = identity(2)
    assert keep_ids(kept, (3, 25), range(1, 26)) == (3, 25)


@given(st.integers(2, 6), st.integers(0, 10_000))
def test_ids_do_not_depend_on_the_order_of_the_segments(k: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    table = ints(random.integers(0, 30, (k, k)) + 200 * np.eye(k, dtype=np.int64))
    order = random.permutation(k)
    old = tuple(range(1, k + 1))
    plain = keep_ids(match_by_rows(table), old, ())
    other = keep_ids(match_by_rows(table[:, order]), old, ())
    pairs = list(zip(other, (plain[i] for i in order), strict=True))
    assert all(now == before for now, before in pairs if min(now, before) <= k)
    # new segments take the next numbers in the order in which they stand
    assert [now for now in other if now > k] == list(range(k + 1, k + 1 + sum(now > k for now in plain)))


def test_centroids_are_matched_when_they_are_near() -> None:
    old = floats([[0, 0], [10, 0], [0, 10]])
    found = match_by_centroids(old, floats([[0.0, 9.0], [0.5, 0.0], [30.0, 30.0]]))
    assert {new: prior for new, (prior, _) in found.pairs.items()} == {0: 2, 1: 0}
    assert found.pairs[1][1] == pytest.approx(1 - 0.5 / 9.0, abs=0.01)
    assert (found.died, found.born) == ((1,), (2,))


def assigned(ids: NDArray[np.int64], segments: NDArray[np.int64]) -> Assigned:
    order = np.argsort(ids)
    return Assigned(ids[order].astype(np.uint64), segments[order].astype(np.int8))


def test_people_are_found_again_by_id() -> None:
    before = assigned(np.arange(1_000), np.arange(1_000) % 3)
    now = assigned(np.arange(500, 2_000)[::-1], np.where(np.arange(500, 2_000)[::-1] < 700, 2, 7))
    table = cross_table(before, now, [0, 1, 2], [0, 2, 7])
    assert table is not None
    assert table.sum() == 500
    assert table[:, 0].tolist() == [0, 0, 0]
    assert table[:, 1].tolist() == [len([i for i in range(500, 700) if i % 3 == s]) for s in range(3)]


def test_too_few_in_both_say_nothing() -> None:
    before = assigned(np.arange(1_000), np.ones(1_000, dtype=np.int64))
    now = assigned(np.arange(950, 5_000), np.ones(4_050, dtype=np.int64))
    assert cross_table(before, now, [0, 1], [0, 1]) is None
    assert cross_table(before, assigned(ints([]), ints([])), [0, 1], [0, 1]) is None


def test_migration_is_told_in_tens_and_small_flows_are_hidden() -> None:
    table = ints([[100, 0, 0], [4, 503, 9], [0, 27, 361]])
    found = migration_of(table, [0, 1, 2], [0, 1, 2], ints([30, 40, 50]), ints([20, 20, 20]))
    assert found.common == 1_000
    assert found.stayed == pytest.approx(0.96)
    assert found.hidden == 2
    assert [(flow.source, flow.target, flow.people) for flow in found.flows] == [
        (0, 0, 100), (1, 1, 500), (2, 1, 30), (2, 2, 360),
    ]  # fmt: skip
    assert found.flows[2].share == 0.08
    assert all(flow.people % 10 == 0 for flow in found.flows)


def test_small_flows_take_others_along_where_everybody_is_in_both() -> None:
    table = ints([[100, 0, 0], [4, 503, 9], [0, 27, 361]])
    assert migration_of(table, [0, 1, 2], [0, 1, 2]).flows == ()
    spread = ints([[300, 12, 4], [15, 500, 11], [3, 14, 400]])
    assert hidden_flows(spread, ints([0, 0, 0]), ints([0, 0, 0])).tolist() == [
        [False, True, True], [True, False, True], [True, True, False],
    ]  # fmt: skip


def test_a_hidden_flow_cannot_be_worked_out_from_a_row_or_a_column() -> None:
    rng = np.random.default_rng(5)
    for _ in range(300):
        table = rng.choice([0, 0, 3, 9, 15, 40, 400], size=(4, 4))
        gone, came = rng.choice([0, 0, 4, 30], size=(2, 4))
        hidden = hidden_flows(table, gone, came)
        assert not (((table > 0) & (table < 10)) & ~hidden).any()
        for lines, cover, others in ((table, hidden, gone), (table.T, hidden.T, came)):
            for line, mask, absent in zip(lines, cover, others, strict=True):
                missing = mask.sum() + (absent > 0) > 1 and line[mask].sum() + absent >= 10
                assert not mask.any() or not ((line > 0) & ~mask).any() or missing


def test_how_many_stayed_is_not_told_when_few_moved() -> None:
    found = migration_of(ints([[300, 4], [2, 500]]), [1, 2], [1, 2])
    assert (found.stayed, found.reasons) == (None, {"stayed": "fewer than 10 people"})
    assert found.flows == ()
    still = migration_of(ints([[300, 0], [0, 500]]), [1, 2], [1, 2])
    assert (still.stayed, still.hidden, len(still.flows)) == (1.0, 0, 2)
    assert migration_of(ints([[9_000, 12], [0, 9_000]]), [1, 2], [1, 2]).stayed == 0.99


def test_small_cells_are_taken_together_before_a_shift_is_measured() -> None:
    before, now = without_small_cells(ints([100, 4, 3, 0, 50, 20]), ints([100, 2, 8, 9, 60, 12]))
    assert (before.tolist(), now.tolist()) == ([100, 50, 27], [100, 60, 31])
    plain = ints([100, 0, 10])
    assert without_small_cells(plain, plain)[0] is plain
    all_small = without_small_cells(ints([3, 4]), ints([2, 0]))
    assert [side.tolist() for side in all_small] == [[7], [2]]


def test_assignments_are_read_for_the_population_alone(tmp_path: Path) -> None:
    path = tmp_path / "assignments.parquet"
    rows = {"id": ["b", "a", "a"], "source": ["population", "population", "customers"]}
    table = pa.table({**rows, "segment": pa.array([1, 2, 3], pa.int8()), "distance": pa.array([0.0, 0.0, 0.0])})
    pq.write_table(table, path)
    found = read_assigned(path)
    assert sorted(found.segments.tolist()) == [1, 2]
    assert (np.diff(found.hashes.astype(object)) > 0).all()
