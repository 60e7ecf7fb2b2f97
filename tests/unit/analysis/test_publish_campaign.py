"""The published campaign chapter: figures that agree with each other, sentences that are true."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reportgen.analysis.calibration import calibrate
from reportgen.analysis.campaign_findings import CampaignSettings
from reportgen.analysis.economics import SOURCES, Terms
from reportgen.analysis.publish_campaign import _divided, publish_campaign
from reportgen.analysis.ranking_findings import NoRanking, RankingFindings
from reportgen.analysis.result_campaign import Campaign
from reportgen.analysis.settings import Settings
from reportgen.formatting import Formatter
from reportgen.ingest.mailing import PastMailing
from tests.unit.analysis.small import Rows, Run, customer_rows, draw_rows, population_rows, run_files

LETTERS = {number: chr(64 + number) for number in range(1, 26)}
TERMS = Terms(given=True, cost=0.5, base=0.01, base_pieces=20_000, margin=45.0)
FAST = Settings(k=4, k_max=4, quick=True)


def published(run: Run, terms: Terms = TERMS) -> Campaign:
    findings = replace(run.findings, campaign=replace(run.findings.campaign, terms=terms))
    return publish_campaign(findings, LETTERS, Formatter("en"))


def sentences(value: Any) -> Iterator[str]:
    """Yield every text of a published object."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from sentences(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, tuple):
        for item in value:
            yield from sentences(item)
    elif isinstance(value, str):
        yield value


def with_overlap(rows: Rows, population: Rows, count: int) -> Rows:
    """Put some people of the population among the customers, instead of as many of them."""
    return Rows(rows.header, [*population.cells[:count], *rows.cells[count:]], rows.types)


@pytest.fixture(scope="module")
def partly(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """200 of 600 customers are in the population."""
    people = population_rows()
    return run_files(tmp_path_factory.mktemp("partly"), people, with_overlap(customer_rows(), people, 200), FAST)


def test_reach_adds_up(small: Run) -> None:
    reach = published(small).reach
    placed = [step for step in reach.steps if step.segment]
    indices = [step.index or 0.0 for step in placed]
    assert indices == sorted(indices, reverse=True)
    assert reach.steps[-1].segment == 0
    assert (reach.steps[-1].cumulative_population, reach.steps[-1].cumulative_customers) == (1.0, 1.0)
    assert placed[-1].cumulative_index == pytest.approx(100.0)
    assert sum(step.population for step in reach.steps) == 1_500
    assert sum(step.customers for step in reach.steps) == 600
    for step in placed:
        assert step.cumulative_interval[0] <= step.cumulative_customers <= step.cumulative_interval[1]
        large, above = step.population / 1_500 >= reach.large_from, (step.index or 0) >= 100
        assert (
            step.place == {(1, 1): "core", (0, 1): "niche", (1, 0): "developmental", (0, 0): "marginal"}[large, above]
        )
    assert reach.steps[-1].place == "apart"


def test_without_terms_people_are_counted_and_nothing_else(small: Run) -> None:
    campaign = published(small, Terms())
    assert not campaign.given
    assert campaign.plan.terms == ()
    assert campaign.trial is None
    assert campaign.plan.break_even_index is None
    for row in campaign.plan.rows:
        assert (row.cost, row.responses, row.profit, row.pays) == (None, None, None, None)
        assert row.reasons["cost"]
        assert row.pieces == row.prospects
    assert campaign.sentence == campaign.reach.sentence


def test_the_plan_is_the_arithmetic_of_its_terms(small: Run) -> None:
    campaign = published(small)
    plan = campaign.plan
    assert plan.break_even_index is not None
    assert plan.break_even_index == pytest.approx(100 * 0.5 / (45 * 0.01))
    total = 0.0
    for row in plan.rows:
        assert row.index is not None
        assert row.responses == pytest.approx(row.pieces * 0.01 * row.index / 100)
        assert row.cost == pytest.approx(row.pieces * 0.5)
        assert (row.pieces > 0) == (row.index >= plan.break_even_index)
        total += row.responses or 0.0
        assert row.cumulative_responses == pytest.approx(total)
        if row.pieces:
            assert row.responses_interval is not None
            assert row.interval is not None
            assert row.responses_interval[0] < row.responses < row.responses_interval[1]  # type: ignore[operator]
            # the base response has an interval of its own, so that of the responses is wider
            assert row.responses_interval[1] / row.responses > row.interval[1] / row.index  # type: ignore[operator]
            assert row.profit == pytest.approx(45 * (row.responses or 0) - (row.cost or 0))
        expected = "open"
        assert row.interval is not None
        if row.interval[0] >= plan.break_even_index:
            expected = "yes"
        elif row.interval[1] < plan.break_even_index:
            expected = "no"
        assert row.pays == expected
    assert plan.interval_holds.startswith("uncertainty of the index and of the base response")


def test_an_interval_without_one_of_the_base_says_what_it_holds(small: Run) -> None:
    plan = published(small, replace(TERMS, base_pieces=None)).plan
    assert plan.interval_holds.startswith("index uncertainty only")


def test_assumptions_are_marked_with_their_source(small: Run) -> None:
    plan = published(small, replace(TERMS, assumed=frozenset({"base_response"}))).plan
    by_name = {term.name: term for term in plan.terms}
    assert by_name["base_response"].assumed
    assert by_name["base_response"].source == SOURCES["base_response"]
    assert not by_name["cost_per_piece"].assumed
    assert any(SOURCES["base_response"] in caveat for caveat in plan.caveats)
    assert not any(SOURCES["base_response"] in caveat for caveat in published(small).plan.caveats)


def test_a_budget_ends_the_plan(small: Run) -> None:
    campaign = published(small, replace(TERMS, margin=None, budget=100.0))
    assert campaign.plan.rows[-1].cumulative_pieces == 200
    assert campaign.plan.rows[-1].cumulative_cost == pytest.approx(100.0)
    assert "the budget of" in campaign.plan.limit
    assert "(in part)" in campaign.sentence
    assert any(row.why == "budget" for row in campaign.plan.depths)
    assert campaign.plan.depth_sentence.startswith("200\xa0pieces to those with the highest individual index")
    assert published(small).plan.depth_sentence == ""
    assert published(small, replace(TERMS, margin=None, volume=120)).plan.limit.startswith("120")


def test_nobody_is_written_to_when_nothing_pays(small: Run) -> None:
    campaign = published(small, replace(TERMS, margin=0.5))
    assert sum(row.pieces for row in campaign.plan.rows) == 0
    assert campaign.sentence.startswith("Nobody is written to")
    assert campaign.trial is None
    assert campaign.reasons["trial"]


def test_a_plan_without_margin_stops_at_nothing(small: Run) -> None:
    campaign = published(small, replace(TERMS, margin=None))
    assert campaign.plan.break_even_index is None
    assert all(row.pays is None and row.profit is None for row in campaign.plan.rows)
    assert sum(row.pieces for row in campaign.plan.rows) == sum(row.prospects for row in campaign.plan.rows)


def test_customers_found_in_the_population_are_no_prospects(partly: Run) -> None:
    campaign = published(partly)
    assert partly.table.overlap == 200
    low = partly.findings.campaign.ledger.found[0]
    assert campaign.plan.customers_left_out == 200 - low
    assert sum(row.people - row.prospects for row in campaign.plan.rows) == 200 - low
    everybody = published(partly, replace(TERMS, include_customers=True))
    assert everybody.plan.customers_left_out == 0
    assert sum(row.people - row.prospects for row in everybody.plan.rows) == 0
    assert campaign.ranking is not None
    assert campaign.ranking.basis == "everybody"
    found = partly.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    assert found.share == 0.0
    # a fifth of the sampled rows chooses the model
    assert 130 < found.held_out.known.sum() < 190
    assert not (found.held_out.known & found.held_out.customer).any()


def test_customers_who_cannot_be_recognised_are_said_to_be_there(tmp_path: Path) -> None:
    people, theirs = population_rows(), customer_rows()
    nameless = [Rows(rows.header[1:], [row[1:] for row in rows.cells], rows.types) for rows in (people, theirs)]
    campaign = published(run_files(tmp_path, nameless[0], nameless[1], FAST))
    assert campaign.plan.customers_left_out is None
    assert campaign.plan.reasons["customers_left_out"]
    assert any("cannot be recognised" in caveat for caveat in campaign.plan.caveats)


def test_one_file_with_both_compares_with_people_who_are_not_customers(tmp_path: Path) -> None:
    people = population_rows(rows=2_000)
    random = np.random.default_rng(5)
    buys = [str(int(random.random() < (0.6 if row[2] in ("1", "2") else 0.1))) for row in people.cells]
    both = Rows(
        (*people.header, "BUYS"), [[*row, buy] for row, buy in zip(people.cells, buys, strict=True)], people.types
    )
    run = run_files(tmp_path, both, None, FAST, customer_where=("BUYS", "1"))
    campaign = published(run)
    assert campaign.ranking is not None
    assert campaign.ranking.basis == "people who are not customers"
    assert campaign.ranking.leakage == ()
    assert campaign.ranking.targets
    assert campaign.ranking.mean_before_rescaling == pytest.approx(100.0, abs=6.0)
    found = run.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    assert found.share == pytest.approx(buys.count("1") / 2_000)
    # no index exceeds what certainty gives
    assert found.held_out.index.max() <= 100 / found.share * found.fitted.ranker.rescale + 1e-9


def test_random_customers_are_nothing_to_target(tmp_path: Path) -> None:
    people = population_rows(rows=2_000, low=0.0)
    same = draw_rows(77, 900, first_id=1_000_000, low=0.0)
    campaign = published(run_files(tmp_path, people, same, replace(FAST, k=2, k_max=2)))
    ranking = campaign.ranking
    assert ranking is not None
    score = ranking.gains[0].curves[-1]
    assert abs(score.auc - 0.5) < 0.04
    assert not ranking.targets
    assert not ranking.trusted
    assert "there is nothing to target" in campaign.sentence
    assert campaign.leads_with == "segments"
    assert campaign.plan.depths == ()


def test_files_that_differ_in_what_is_missing_lead_with_segments(tmp_path: Path) -> None:
    people, theirs = population_rows(low=0.0), draw_rows(3, 900, first_id=1_000_000, low=0.0)
    random = np.random.default_rng(1)
    missing = {theirs.header.index(name): code for name, code in (("INCOME", "-1"), ("SAVER", "-1"), ("MOVES", "-1"))}
    for row in theirs.cells:
        for at, code in missing.items():
            row[at] = code if random.random() < 0.3 else row[at]
    campaign = published(run_files(tmp_path, people, theirs, replace(FAST, k=2, k_max=2)))
    ranking = campaign.ranking
    assert ranking is not None
    assert any(test.flagged for test in ranking.leakage)
    assert any("recognises the file rather than the person" in test.sentence for test in ranking.leakage)
    assert campaign.leads_with == "segments"
    assert any("recognises the file" in caveat for caveat in campaign.plan.caveats)


def test_few_customers_are_not_ranked(tmp_path: Path) -> None:
    campaign = published(run_files(tmp_path, population_rows(), customer_rows(rows=60), replace(FAST, k=2, k_max=2)))
    assert campaign.ranking is None
    assert campaign.reasons["ranking"] == "a ranking needs at least 100 customers, and there are 60"
    assert campaign.leads_with == "segments"


def test_sensitive_features_are_used_only_when_asked(small: Run, tmp_path: Path) -> None:
    found = small.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    assert "NATION" not in {column.name for column in found.columns}
    assert "HOBBY" not in {column.name for column in found.columns}
    asked = replace(FAST, campaign=CampaignSettings(sensitive=True))
    campaign = published(run_files(tmp_path, population_rows(), customer_rows(), asked))
    assert campaign.ranking is not None
    assert campaign.ranking.sensitive == ("NATION",)
    assert any("NATION" in caveat for caveat in campaign.plan.caveats)


def test_calibration_and_gains_agree_with_the_held_out_people(small: Run) -> None:
    ranking = published(small).ranking
    assert ranking is not None
    shown = [step.customers for step in ranking.calibration if step.customers is not None]
    found = small.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    counts = [tenth.customers for tenth in calibrate(found.held_out.index, found.held_out.customer, found.share)]
    assert sum(counts) == ranking.sample_customers
    assert all(count == 0 or count >= 10 for count in shown)
    assert sum(shown) <= sum(counts)
    if min(count for count in counts if count) >= 10:
        assert shown == counts
    assert sum(step.predicted for step in ranking.calibration) == pytest.approx(1.0, abs=0.1)
    assert [gains.people for gains in ranking.gains] == ["everybody", "placed"]
    for gains in ranking.gains:
        assert [curve.name for curve in gains.curves] == ["random", "segments", "score"]
        for curve in gains.curves:
            for lift in curve.lifts:
                point = next(p for p in curve.points if p.depth == lift.depth)
                assert lift.lift * lift.depth == pytest.approx(point.reach)
    assert [test.people for test in ranking.leakage] == ["everybody", "placed"]


def test_depths_are_of_the_prospects(partly: Run) -> None:
    campaign = published(partly)
    assert campaign.ranking is not None
    assert campaign.ranking.trusted
    prospects = sum(row.prospects for row in campaign.plan.rows)
    means = [row.mean_index for row in campaign.plan.depths if not row.why]
    assert means == sorted(means, reverse=True)
    for row in campaign.plan.depths:
        assert row.pieces == round(row.depth * prospects)
        assert row.lowest_index <= row.mean_index
        assert row.interval[0] < row.mean_index < row.interval[1]
        assert row.responses == pytest.approx(row.pieces * 0.01 * row.mean_index / 100)
    threshold = next(row for row in campaign.plan.depths if row.why == "break-even")
    assert threshold.lowest_index >= round(campaign.plan.break_even_index or 0.0)


def test_a_test_is_sized_for_the_plan(small: Run) -> None:
    campaign = published(small)
    trial = campaign.trial
    assert trial is not None
    pieces = campaign.plan.rows[-1].cumulative_pieces
    # everybody in the planned segments is written to, so those left out are among them
    assert pieces == sum(row.prospects for row in campaign.plan.rows if row.pieces)
    assert trial.holdout == round(pieces / 10)
    assert trial.mailed == pieces - trial.holdout
    assert f"comes out of the plan and {trial.mailed}\u00a0people are written to" in trial.sentence
    assert trial.planned_rate == pytest.approx((campaign.plan.rows[-1].cumulative_responses or 0) / pieces)
    # a few hundred pieces show nothing
    assert trial.holdout_needed is None
    assert "No hold-out would show" in trial.sentence


def test_a_hold_out_beside_the_plan_where_there_are_people(small: Run) -> None:
    campaign = published(small, replace(TERMS, volume=200))
    trial = campaign.trial
    assert trial is not None
    assert (trial.mailed, trial.holdout) == (200, 22)
    assert sum(row.prospects for row in campaign.plan.rows if row.pieces) >= 222
    assert "comes out of the plan" not in trial.sentence


@pytest.mark.parametrize(
    ("pieces", "people", "share", "divided"),
    [
        (900, 2_000, 0.1, (900, 100)),  # beside the plan
        (900, 1_000, 0.1, (900, 100)),
        (1_000, 1_000, 0.1, (900, 100)),  # out of it
        (1_000, 1_050, 0.1, (945, 105)),  # some could be spared, but too few
        (1_000, 1_000, 0.0, (1_000, 0)),
    ],
)
def test_those_left_out_are_a_share_of_both(pieces: int, people: int, share: float, divided: tuple[int, int]) -> None:
    assert _divided(pieces, people, share) == divided


def test_a_large_response_can_be_tested(small: Run) -> None:
    trial = published(small, replace(TERMS, base=0.2, detect=0.8)).trial
    assert trial is not None
    assert trial.holdout_needed is not None
    assert "left out." in trial.sentence
    assert trial.detectable_rate is not None
    assert 0 < trial.detectable_rate < trial.planned_rate
    none = published(small, replace(TERMS, holdout=0.0)).trial
    assert none is not None
    assert none.detectable_rate is None
    assert none.reasons["detectable_rate"]


def test_a_past_mailing_is_judged(tmp_path: Path) -> None:
    people = population_rows()
    run = run_files(tmp_path / "first", people, customer_rows(), FAST)
    block = run.table.population.blocks[0]
    from reportgen.ingest.table import read_hashes

    hashes = read_hashes(block)
    random = np.random.default_rng(2)
    strangers = random.integers(0, 2**63, 20, dtype=np.uint64)
    mailing = PastMailing(
        np.concatenate([hashes[:1_200], strangers]), random.random(1_220) < 0.1, None, random.random(1_220) < 0.3,
        "mailing.csv", 10, "b" * 64, 0,
    )  # fmt: skip
    settings = replace(FAST, campaign=CampaignSettings(mailing=mailing))
    judged = published(run_files(tmp_path / "second", people, customer_rows(), settings))
    assert judged.response is not None
    assert (judged.response.rows, judged.response.found) == (1_220, 1_200)
    groups = judged.response.groups
    assert [group.tenth for group in groups] == [1, *(group.last_tenth + 1 for group in groups[:-1])]
    assert groups[-1].last_tenth == 10
    assert 1 < len(groups) < 10  # few of a tenth responded
    assert all(group.responses >= 10 for group in groups)
    assert judged.response.uplift
    assert "chance" in judged.response.sentence  # responses were drawn at random


def test_a_past_mailing_without_a_ranking_says_why(tmp_path: Path) -> None:
    mailing = PastMailing(np.arange(5, dtype=np.uint64), np.zeros(5, dtype=bool), None, None, "m.csv", 1, "", 0)
    settings = replace(FAST, k=2, k_max=2, campaign=CampaignSettings(mailing=mailing))
    run = run_files(tmp_path, population_rows(), customer_rows(rows=60), settings)
    assert isinstance(run.findings.campaign.ranking, NoRanking)
    response = published(run).response
    assert response is not None
    assert response.found is None
    assert response.reasons["found"] == response.reasons["auc"]
    assert "at least 100 customers" in response.sentence


@pytest.mark.parametrize("terms", [Terms(), TERMS, replace(TERMS, budget=50.0, assumed=frozenset(SOURCES))])
def test_nothing_is_promised(small: Run, partly: Run, terms: Terms) -> None:
    for run in (small, partly):
        for sentence in sentences(published(run, terms)):
            assert not re.search(r"\bwill (respond|buy|order)\b", sentence.replace("never that they will respond", ""))
            assert "nan" not in sentence.lower().split()
            assert "None" not in sentence
