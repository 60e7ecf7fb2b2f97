"""Every number in a sentence about a plan, a test or a past mailing is one of the cells of the chapter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from reportgen.analysis.economics import SOURCES, Terms
from reportgen.analysis.publish_campaign import publish_campaign
from reportgen.analysis.ranking_findings import NoRanking
from reportgen.analysis.response import evaluate_response
from reportgen.analysis.response_rows import find_mailing
from reportgen.analysis.serial import plain_record
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.mailing import PastMailing
from reportgen.ingest.table import read_hashes
from tests.told_campaign import campaign_sentences
from tests.unit.analysis.small import Run

LETTERS = {number: chr(64 + number) for number in range(1, 26)}
TERMS = Terms(given=True, cost=0.5, base=0.01, base_pieces=20_000, margin=45.0)


def told(run: Run, terms: Terms) -> dict[str, Any]:
    findings = replace(run.findings, campaign=replace(run.findings.campaign, terms=terms))
    return plain_record(publish_campaign(findings, LETTERS, Formatter("en")))


def untrue(campaign: dict[str, Any]) -> list[str]:
    return [f"{told.kind}: {told.text} {wrong}" for told in campaign_sentences(campaign) if (wrong := told.untrue())]


def kinds(campaign: dict[str, Any]) -> set[str]:
    """Return the kinds of sentence in which there is a number."""
    return {told.kind for told in campaign_sentences(campaign) if told.numbers()}


@pytest.mark.parametrize(
    "terms",
    [
        TERMS,
        replace(TERMS, budget=100.0),
        replace(TERMS, budget=1_234.5, cost=0.61, volume=1_100),
        replace(TERMS, margin=None, volume=120),
        replace(TERMS, margin=None, base_pieces=None),
        replace(TERMS, margin=0.5),
        replace(TERMS, base=0.2, detect=0.8),
        replace(TERMS, holdout=0.0),
        replace(TERMS, assumed=frozenset(SOURCES)),
    ],
)
def test_a_plan_and_its_test_tell_their_cells(small: Run, terms: Terms) -> None:
    campaign = told(small, terms)
    assert untrue(campaign) == []
    assert "plan" in kinds(campaign)
    assert ("trial" in kinds(campaign)) is (campaign["trial"] is not None)
    assert ("depth" in kinds(campaign)) is bool(campaign["plan"]["depth_sentence"])


@pytest.mark.parametrize("key", ["planned_rate", "detectable_rate", "power", "holdout_needed"])
def test_a_size_that_is_not_told_is_noticed(small: Run, key: str) -> None:
    campaign = told(small, replace(TERMS, base=0.2, detect=0.6))
    campaign["trial"][key] = 0.987
    assert untrue(campaign)


def mailing_of(hashes: Any, rates: Any, held_out: float, seed: int = 2) -> PastMailing:
    random = np.random.default_rng(seed)
    rows = len(hashes)
    control = random.random(rows) < held_out if held_out else None
    return PastMailing(hashes, random.random(rows) < rates, None, control, "mailing.csv", 10, "b" * 64, 0)


def after(run: Run, mailing: PastMailing) -> dict[str, Any]:
    """Return the chapter as it would be with this mailing."""
    campaign = run.findings.campaign
    assert not isinstance(campaign.ranking, NoRanking)
    with threadpool_limits(1):
        found = find_mailing(LocalEngine(1), run.table, run.model, campaign.ranking.fitted.ranker, mailing)
        response = evaluate_response(found, 1)
    return told(replace(run, findings=replace(run.findings, campaign=replace(campaign, response=response))), TERMS)


@pytest.fixture(scope="module")
def judged(small: Run) -> list[dict[str, Any]]:
    """Past mailings at random, one to customers, one with few of them, one with few responses, one to strangers."""
    everybody = read_hashes(small.table.population.blocks[0])
    buyers = read_hashes(small.table.customers.blocks[0])
    mailings = [
        mailing_of(everybody[:1_200], 0.2, 0.3),
        mailing_of(np.concatenate([everybody[:900], buyers[:500]]), np.repeat([0.04, 0.5], [900, 500]), 0.2),
        mailing_of(np.concatenate([everybody[:900], buyers[:40]]), np.repeat([0.3, 0.1], [900, 40]), 0.0),
        mailing_of(everybody[:300], 0.05, 0.02),
        mailing_of(np.arange(5, dtype=np.uint64), 0.5, 0.0),
    ]
    return [after(small, mailing) for mailing in mailings]


def test_a_past_mailing_tells_its_cells(judged: list[dict[str, Any]]) -> None:
    for campaign in judged:
        assert untrue(campaign) == []
    assert all("response" in kinds(campaign) for campaign in judged[:-1])
    sentences = [campaign["response"]["sentence"] for campaign in judged]
    assert "no more than chance" in sentences[0]
    assert "(exponent " in sentences[1]
    assert " are in the customer file" in sentences[1]
    assert judged[1]["response"]["responding_customers"] >= 10
    assert "too few to compare tenths" in sentences[3]
    assert "at least 100 people" in sentences[4]
    assert "fewer than 10 are in the customer file" in sentences[2]
    assert judged[2]["response"]["responding_customers"] is None
    assert judged[0]["response"]["responding_customers"] == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("plan", "rows", 1, "cumulative_pieces"), 987),
        (("plan", "rows", 1, "cumulative_cost"), 987.0),
        (("plan", "rows", 1, "cumulative_responses"), 987.0),
        (("plan", "break_even_index"), 987.0),
        (("plan", "terms", 2, "value"), 987.0),
        (("trial", "holdout"), 987),
        (("trial", "detect"), 0.987),
        (("response", "groups", 0, "rate"), 0.987),
        (("response", "responding_customers"), 987),
        (("response", "slope"), 9.87),
        (("response", "uplift", 0, "interval"), [9.0, 9.1]),
    ],
)
def test_a_cell_that_is_not_told_is_noticed(
    judged: list[dict[str, Any]], path: tuple[str | int, ...], value: object
) -> None:
    campaign = judged[1]
    place: Any = campaign
    for key in path[:-1]:
        place = place[key]
    kept = place[path[-1]]
    place[path[-1]] = value
    try:
        assert untrue(campaign)
    finally:
        place[path[-1]] = kept
