"""Nobody can work out a count of one to nine people from everything that is published: linear programming says so."""

from __future__ import annotations

import copy
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest

from reportgen.analysis.publication import publish
from reportgen.analysis.suppression import WITHHELD
from reportgen.formatting import Formatter
from tests.oracle.attacker import MISSING, Attacker, Key
from tests.oracle.campaign_attacker import campaign_groups, read_campaign
from tests.oracle.made_up import Base, K, Report, draw_report, make_base

FILES = ("separate", "nested", "partly")
NOT_PEOPLE = frozenset(
    {"schema_version", "seed", "levels", "columns", "threshold", "missing", "upto", "distinct", "component", "kept",
     "encoded_columns", "k", "runner_up", "merged_from", "pairs", "times", "of", "draws", "id", "left", "right",
     "issue", "stable", "tried", "segment", "folds", "tenth", "last_tenth", "left_out_step", "holdout",
     "leaves", "families", "write_to", "leading", "changed", "primary", "complementary"}
)  # fmt: skip
SPELLED = re.compile(r"(?<![\d.,–-])[1-9]\s(people|persons?|customers?|rows?|cells|records?)\b")
SEEDS = range(4)
MANY_SEEDS = range(100, 160)


Draw = Callable[[int, str], Report]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def draw(base: Base) -> Draw:
    """Draw a report once for all tests that look at it."""

    @cache
    def once(seed: int, files: str) -> Report:
        return draw_report(base, seed, files=files)

    return once


def small_groups(report: Report) -> Iterator[tuple[str, list[Key]]]:
    """Yield every group of people that holds one to nine: levels, single codes, missing and known values."""
    attacker = Attacker(report.json, report.known)
    for name, feature in attacker.features.items():
        groups = [*(list(codes) for codes in report.known.codes[name].values()), [MISSING]]
        every = [code for codes in report.known.codes[name].values() for code in codes]
        single = [[code] for code in every]
        for codes in [*groups, every, *single]:
            yield f"{name} {codes} of customers", attacker.customers(name, codes)
            yield f"{name} {codes} of the population", attacker.cells(name, codes)
            for segment in range(K + 1) if codes not in single or codes in groups else ():
                yield f"{name} {codes} of segment {segment}", attacker.cells(name, codes, segment)
        yield f"{name} blank", [("blank", name)]
        yield f"{name} coded", [("coded", name)]
        assert feature["levels"]


def bare(report: Mapping[str, Any]) -> Mapping[str, Any]:
    """Leave nothing but sizes and counts."""
    bare = copy.deepcopy(dict(report))
    for feature in bare["features"]:
        feature["segment_known"] = [None] * (K + 1)
        for level in feature["levels"]:
            level["segment_shares"] = [None] * (K + 1)
    campaign = bare["campaign"]
    campaign["plan"]["left_out_step"], campaign["ranking"] = 0, None
    for step in campaign["reach"]["steps"]:
        step["held_out"] = None
    return bare


def attacker_of(report: Report, told: Mapping[str, Any]) -> Attacker:
    return Attacker(told, report.known, lambda attacker: read_campaign(attacker, report.campaign))


def attack(report: Report) -> dict[str, int]:
    """Assert that every small group could be anything from none to nine; return how many there are of each kind."""
    attacker, totals = attacker_of(report, report.json), attacker_of(report, bare(report.json))
    assert attacker.holds(report.truth) < 1e-6
    found: Counter[str] = Counter()
    groups = [("features", small_groups(report)), ("campaign", campaign_groups(report.json, report.campaign))]
    for kind, of_kind in groups:
        for what, keys in of_kind:
            known = [key for key in keys if key in attacker.number]
            if not known or not 1e-6 < sum(report.truth[key] for key in keys) < 10 - 1e-6:
                continue
            found[what.split()[0] if kind == "campaign" else kind] += 1
            low, high = attacker.range_of(known)
            assert high >= 9 - 1e-4, (what, low, high)
            if low > 1e-4:  # the sizes and counts alone tell that somebody is there, and no more than that
                least = totals.range_of(keys)[0]
                assert least > 1e-4, (what, low, high)
                # more customers than people in a segment: its size alone says that some were not found
                assert low <= max(1.0, least if kind == "campaign" else 0.0) + 1e-4, (what, low, high)
    return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("files", FILES)
def test_every_small_count_could_be_anything_from_none_to_nine(draw: Draw, seed: int, files: str) -> None:
    assert attack(draw(seed, files))["features"] > 0


def test_a_mean_does_not_tell_codes_of_one_level_apart(draw: Draw) -> None:
    # a segment's mean of 4.8 took at least four of the five people with code 6, who are pooled with code 5
    report = draw(142, "separate")
    six = sum(report.truth[key] for key in Attacker(report.json, report.known).cells("ORD", ["6"]))
    assert 0 < six < 10
    attack(report)


def test_gains_of_few_customers_are_withheld_where_no_step_hides_them(draw: Draw) -> None:
    report = draw(136, "nested")
    assert (report.json["campaign"]["ranking"], report.json["campaign"]["ranking_reason"]) == (None, WITHHELD)
    assert {"gains"} <= {line["table"] for line in report.json["suppression"]}
    attack(report)


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, name)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, key)
    else:
        yield key, value


@pytest.mark.parametrize("seed", range(len(SEEDS) * len(FILES)))
def test_no_number_of_people_in_the_file_is_one_to_nine(draw: Draw, seed: int) -> None:
    report = draw(seed % len(SEEDS), FILES[seed // len(SEEDS)])
    found = [
        (key, value) for key, value in leaves(report.json) if isinstance(value, int) and not isinstance(value, bool)
    ]
    assert {key for key, _ in found} - NOT_PEOPLE
    assert [(key, value) for key, value in found if key not in NOT_PEOPLE and 0 < value < 10] == []
    # the sizes of a hold-out are those of a mailing to come
    texts = [value for _, value in leaves(report.json) if isinstance(value, str) and "left out, an effect" not in value]
    assert [text for text in texts if SPELLED.search(text)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_publishing_again_gives_the_same_and_totals_stay(draw: Draw, seed: int) -> None:
    report = draw(seed, "separate")
    again = publish(report.findings, report.analysis.provenance, Formatter("en"))
    assert again == report.analysis
    for side in ("population", "customers"):
        sizes = report.findings.tables[side].sizes
        assert [getattr(s, side).count for s in report.analysis.segments] == sizes.tolist()
        assert getattr(report.analysis, side).rows == sizes.sum()


def test_every_treatment_is_in_the_log(draw: Draw) -> None:
    reports = (draw(seed, files) for files in FILES for seed in SEEDS)
    seen = {(line.table, line.treatment) for report in reports for line in report.analysis.suppression}
    assert seen >= {
        ("levels", "pooled"),
        ("levels", "counted with"),
        ("levels", "withheld"),
        ("segment-levels", "rounded"),
        ("segment-levels", "withheld"),
        ("columns", "withheld"),
        ("missing-per-row", "pooled"),
    }


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY_SEEDS)
@pytest.mark.parametrize("files", FILES)
def test_every_small_count_is_safe_in_many_reports(base: Base, seed: int, files: str) -> None:
    attack(draw_report(base, seed, files=files))
