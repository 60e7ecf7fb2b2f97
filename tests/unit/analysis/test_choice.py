"""The rule for the number of segments, on made-up figures."""

from __future__ import annotations

from reportgen.analysis.choice import choose_k
from reportgen.analysis.publish_choice import choice_reason
from reportgen.formatting import Formatter
from tests.unit.analysis.scanned import result

EN = Formatter("en")


def test_of_the_stable_k_the_one_that_stands_out_most_is_chosen() -> None:
    choice = choose_k([result(2, 0.99, 0.99), result(3, 0.7, 0.5), result(4, 0.85, 0.8), result(5, 0.7, 0.5)], None)
    assert (choice.k, choice.given, choice.stable, choice.runner_up) == (4, False, (4, 2), 2)
    assert choice.chosen.k == 4
    assert "refits agree (0.85" in choice_reason(choice, EN)
    assert "2 of the 4 numbers tried" in choice_reason(choice, EN)
    told = "60\xa0% of the spread within segments against 60\xa0%, silhouette"
    assert f"({told} 0.42 against 0.30), k = 2 next ({told} 0.36 against 0.30)" in choice_reason(choice, EN)
    assert "With one more, refits agree at 0.70" in choice_reason(choice, EN)


def test_a_cut_within_a_type_is_stable_but_stands_out_less() -> None:
    results = [result(2, 0.99, 0.99, lead=0.1), result(3, 0.98, 0.98, lead=0.3), result(4, 0.9, 0.9, lead=0.29)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (3, 4)
    assert "One more would be stable too, but stands out less" in choice_reason(choice, EN)


def test_if_no_lead_counts_the_finest_cut_that_repeats_is_chosen() -> None:
    # A lead of 0.019 is one of codes and sample, not of types.
    leads = (0.019, 0.004, -0.01, 0.3)
    results = [result(k, 0.95, 0.95 if k < 5 else 0.3, lead=lead) for k, lead in zip(range(2, 6), leads, strict=True)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (4, 3)
    assert "k = 4 is taken as the finest cut that repeats, k = 3 next" in choice_reason(choice, EN)
    assert "With one more, refits agree at 0.95 and the least stable segment reaches 0.30" in choice_reason(choice, EN)


def test_inertia_and_silhouette_decide_together() -> None:
    # Two neighbouring types: merged, the silhouette is a little better, but the segments are far wider.
    results = [result(3, 0.9, 0.9, lead=0.11, gap=0.20), result(4, 0.9, 0.9, lead=0.10, gap=0.24)]
    assert choose_k(results, None).k == 4
    # A type cut in two: the segments are a little tighter, but the halves lie side by side.
    results = [result(4, 0.9, 0.9, lead=0.10, gap=0.24), result(5, 0.9, 0.9, lead=0.07, gap=0.25)]
    assert choose_k(results, None).k == 4


def test_a_lead_that_counts_goes_before_a_finer_cut() -> None:
    results = [result(2, 0.95, 0.95, lead=0.021), result(3, 0.95, 0.95, lead=0.019), result(4, 0.5, 0.5)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (2, 3)
    assert results[0].stands_out
    assert not results[1].stands_out


def test_equal_leads_take_the_smaller_k() -> None:
    assert choose_k([result(k, 0.9, 0.9, lead=0.1) for k in (2, 3, 4)], None).k == 2


def test_without_another_stable_k_there_is_no_runner_up() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.7, 0.5)], None)
    assert (choice.k, choice.runner_up) == (2, None)
    assert "no other of the 2 numbers tried" in choice_reason(choice, EN)


def test_the_end_of_the_range_is_said() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.9, 0.9)], None)
    assert (choice.k, choice.runner_up) == (3, 2)
    assert "largest number tried" in choice_reason(choice, EN)
    assert choose_k([result(2, 0.9, 0.9)], None).runner_up is None


def test_without_a_stable_k_the_gain_over_a_structureless_cloud_decides() -> None:
    choice = choose_k([result(2, 0.79, 0.7, 0.70), result(3, 0.6, 0.5, 0.30), result(4, 0.5, 0.4, 0.25)], None)
    assert (choice.k, choice.runner_up) == (3, 4)  # 0.09, 0.30 and 0.25 above the cloud
    assert "largest number tried" not in choice_reason(choice, EN)
    last = choose_k([result(2, 0.79, 0.7, 0.70), result(3, 0.6, 0.5, 0.30)], None)
    assert choice_reason(last, EN).endswith("not as types that exist. It is the largest number tried.")
    assert "At no number of segments" in choice_reason(choice, EN)
    assert "not as types that exist" in choice_reason(choice, EN)
    assert "0.60" in choice_reason(choice, EN)
    assert "0.30" in choice_reason(choice, EN)


def test_equal_gains_take_the_smaller_k() -> None:
    choice = choose_k([result(2, 0.5, 0.5, 0.25), result(3, 0.5, 0.5, 0.25)], None)
    assert (choice.k, choice.runner_up) == (2, 3)
    assert choose_k([result(2, 0.5, 0.5, 0.25)], None).runner_up is None


def test_a_given_k_is_taken_and_reported_as_such() -> None:
    results = [result(2, 0.9, 0.9), result(3, 0.5, 0.4), result(4, 0.9, 0.9)]
    choice = choose_k(results, 3)
    assert (choice.k, choice.given, choice.runner_up) == (3, True, 4)
    assert "set by hand" in choice_reason(choice, EN)
    assert "the data would choose k = 4" in choice_reason(choice, EN)


def test_a_given_k_above_all_stable_ones() -> None:
    choice = choose_k([result(2, 0.9, 0.9), result(3, 0.5, 0.4)], 3)
    assert choice.runner_up == 2
    # That is said whether it is more or fewer than was asked for.
    assert "the data would choose k = 2" in choice_reason(choice, EN)
    assert "no number of segments is stable" in choice_reason(
        choose_k([result(2, 0.5, 0.5), result(3, 0.5, 0.4)], 3), EN
    )


def test_a_given_k_that_stability_would_choose_too() -> None:
    choice = choose_k([result(2, 0.5, 0.5), result(3, 0.9, 0.9)], 3)
    assert choice.runner_up is None
    assert "the data would choose it too" in choice_reason(choice, EN)


def test_a_k_that_fails_on_more_rows_is_not_chosen() -> None:
    results = [result(2, 0.9, 0.9, large=(0.95, 0.92)), result(3, 0.9, 0.9, large=(0.7, 0.6)), result(4, 0.9, 0.5)]
    choice = choose_k(results, None)
    assert (choice.k, choice.runner_up) == (2, None)
    assert "On 100,000 rows the two figures are 0.95 and 0.92." in choice_reason(choice, EN)
    assert "k = 3 meets both limits on the sample, but not on 100,000 rows (0.70 and 0.60)." in choice_reason(
        choice, EN
    )
    # What one more segment does is said once.
    assert "With one more" not in choice_reason(choice, EN)


def test_if_all_fail_on_more_rows_no_k_is_stable() -> None:
    results = [result(2, 0.9, 0.9, 0.6, large=(0.7, 0.9)), result(3, 0.5, 0.5, 0.3)]
    choice = choose_k(results, None)
    assert choice.k == 2
    assert "At no number of segments" in choice_reason(choice, EN)
    assert "k = 2 meets both limits on the sample, but not on 100,000 rows (0.70 and 0.90)." in choice_reason(
        choice, EN
    )


def test_a_given_k_is_reported_on_more_rows_too() -> None:
    reason = choice_reason(
        choose_k([result(2, 0.9, 0.9, large=(0.7, 0.6)), result(3, 0.9, 0.9, large=(0.9, 0.9))], 2), EN
    )
    assert (
        "found again at 0.90 (on 100,000 rows the two figures are 0.70 and 0.60); of the numbers tried the data would "
        "choose k = 3." in reason
    )


def test_without_a_larger_sample_nothing_is_said_of_one() -> None:
    assert " rows" not in choice_reason(choose_k([result(2, 0.9, 0.9), result(3, 0.5, 0.5)], None), EN)
