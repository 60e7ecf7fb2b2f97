"""The sentences of the campaign chapter with the cells that their numbers may be."""

from __future__ import annotations

from collections.abc import Iterator

from reportgen.analysis.publish_terms import money
from tests.told import FMT, NUMBER, Json, Told

FEWEST = "10"  # the smallest count that is published
LEVEL = "95"  # of every interval


def campaign_sentences(campaign: Json) -> Iterator[Told]:
    """Yield every sentence of the chapter."""
    yield _reach(campaign["reach"])
    yield from _plan(campaign)
    if campaign["ranking"]:
        yield from _ranking(campaign["ranking"])
    if campaign["trial"]:
        yield _trial(campaign["trial"])
    if campaign["response"]:
        yield from _response(campaign["response"], {term["name"]: term["value"] for term in campaign["plan"]["terms"]})


def _reach(reach: Json) -> Told:
    above = [step for step in reach["steps"] if step["segment"] and (step["index"] or 0.0) > 100.0]
    keys = ("cumulative_population", "cumulative_customers", "held_out")
    shares = [step[key] for step in above[-1:] for key in keys]
    return Told("reach", reach["sentence"], shares=shares, counts=[len(above)])


def _plan(campaign: Json) -> Iterator[Told]:
    plan, ranking = campaign["plan"], campaign["ranking"]
    rows, terms = plan["rows"], {term["name"]: term for term in plan["terms"]}
    low = [plan["low_information"]]
    people = [sum(row["prospects"] for row in rows), len(rows)]
    planned = [row for row in rows if row["pieces"]][-1:]
    if not terms:
        yield Told("plan", plan["sentence"], counts=people)
    else:
        yield Told(
            "plan",
            plan["sentence"],
            indices=[] if planned else [plan["break_even_index"]],
            counts=[row["cumulative_pieces"] for row in planned]
            + [round(row["cumulative_responses"]) for row in planned],
            constants=[number for row in planned for number in _amount(row["cumulative_cost"], campaign["currency"])],
        )
    yield _limit(plan, terms)
    yield Told(
        "plan",
        plan["interval_holds"],
        counts=[round(term["value"]) for name, term in terms.items() if name == "base_pieces"],
    )
    budget = [row for row in plan["depths"] if row["why"] in ("budget", "volume")]
    yield Told(
        "depth",
        plan["depth_sentence"],
        counts=[row["pieces"] for row in budget]
        + [round(row["responses"]) for row in budget]
        + [round(row["cumulative_responses"]) for row in rows[-1:] if budget],
    )
    words = [column["label"] for column in ranking["telling"]] if ranking else []
    flagged = [test["sentence"] for test in ranking["leakage"]] if ranking else []
    for caveat in plan["caveats"]:
        assumed = [term for term in terms.values() if caveat.startswith(f"Assumed, not known: {term['label']} (")]
        if caveat not in flagged:
            constants = [number for term in assumed for number in _value(term)]
            sources = [term["source"] for term in assumed]
            yield Told("plan", caveat, words=[*words, *sources], counts=low, constants=constants)


def _limit(plan: Json, terms: dict[str, Json]) -> Told:
    value = {name: term["value"] for name, term in terms.items()}
    counts, constants = [], []
    if "budget" in value:
        constants = _amount(value["budget"], terms["budget"]["unit"])
        most = int(value["budget"] / value["cost_per_piece"] + 1e-9)
        counts = [most, min(most, int(value.get("volume", most)))]
    elif "volume" in value:
        counts = [int(value["volume"])]
    return Told("plan", plan["limit"], indices=[plan["break_even_index"]], counts=counts, constants=constants)


def _value(term: Json) -> list[str]:
    return [FMT.share_in_table(term["value"])] if term["unit"] == "share" else _amount(term["value"], term["unit"])


def _amount(value: float, currency: str) -> list[str]:
    return NUMBER.findall(money(value, currency, FMT))


def _ranking(ranking: Json) -> Iterator[Told]:
    areas = [round(candidate["auc"], 3) for candidate in ranking["candidates"]]
    told = [FMT.decimal(value, 3) for value in (*areas, areas[0] - areas[1], 0.001)]  # or "less than 0.001"
    yield Told("ranking", ranking["choice_sentence"], constants=told)
    (step,) = (step for step in ranking["gains"][-1]["increments"] if step["depth"] == 0.2)
    points = [FMT.decimal(100 * value, 1) for value in (step["difference"], -step["difference"], *step["interval"])]
    shares = (step["depth"], step["segments"], step["score"])
    yield Told("ranking", ranking["increment_sentence"], shares=shares, constants=points)
    for test in ranking["leakage"]:
        pair = [FMT.decimal(test[key], 2) for key in ("missing_auc", "ranking_auc")]
        yield Told("ranking", test["sentence"], constants=pair)
    (curve,) = (curve for curve in ranking["gains"][0]["curves"] if curve["name"] == "score")
    (lift,) = (lift for lift in curve["lifts"] if lift["depth"] == 0.1)
    # in steps an end may lie in the middle of two printed numbers, and a last bit decides
    ends = [FMT.decimal(end + bit, places) for end in lift["interval"] for places in (1, 2) for bit in (-1e-9, 1e-9)]
    digits = 2 if round(curve["auc_interval"][0], 2) < round(curve["auc_interval"][1], 2) else 3
    area = [FMT.decimal(value, digits) for value in (curve["auc"], *curve["auc_interval"])]
    times = NUMBER.findall(FMT.times(100 * lift["lift"]))
    yield Told("ranking", ranking["sentence"], constants=[*times, *ends, *area])


def _trial(trial: Json) -> Told:
    counts = [trial["holdout"], trial["holdout_needed"], trial["mailed"]]
    rates = [trial["planned_rate"], trial["detectable_rate"]]
    printed = [FMT.share_in_table(rate) for rate in rates if rate is not None]
    shares = [trial["detect"], trial["power"]]
    return Told("trial", trial["sentence"], shares=shares, counts=counts, constants=printed)


def _response(response: Json, terms: dict[str, float]) -> Iterator[Told]:
    groups = response["groups"]
    rates = [FMT.share_in_table(group["rate"]) for group in (*groups[:1], *groups[-1:])]
    slope = [response["slope"], *(response["slope_interval"] or ()), response["slope_without_customers"]]
    slope += [*(response["slope_without_customers_interval"] or ())]
    exponent = [FMT.decimal(value, 2) for value in slope if value is not None]
    customers = response["responding_customers"]
    counts = [sum(group["responses"] for group in groups), customers]
    few = [FEWEST] if customers is None else []
    # where no group is given the sentence holds the reason, with the least number that is ranked
    words = [response["auc_reason"]] if response["auc"] is None else []
    yield Told("response", response["sentence"], words=words, counts=counts, constants=[*rates, *exponent, *few])
    if response["uplift_sentence"]:
        test = response["uplift"][0]
        if test["difference"] is None:
            points = [FEWEST, LEVEL]
        else:
            differences = (abs(test["difference"]), *test["interval"])
            points = [FMT.decimal(100 * value, 2) for value in differences]
            net = (test["difference"], *test["interval"])
            points += [FMT.decimal(value * terms.get("margin", 0.0), 2) for value in net]
            points.append(FMT.decimal(terms.get("cost_per_piece", 0.0), 2))
        yield Told("response", response["uplift_sentence"], constants=points)
