"""The published form of reach by segments."""

from __future__ import annotations

import numpy as np

from reportgen.analysis.comparison import sampling_interval
from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.reach import AVERAGE_INDEX, Step, fold_weights, quadrant, reach_steps, share_interval
from reportgen.analysis.release_reach import release_held_out
from reportgen.analysis.result_campaign import Reach, ReachStep
from reportgen.analysis.suppression import held_back
from reportgen.analysis.verdicts import total_error
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

APART = "apart"


def publish_reach(findings: Findings, fmt: Formatter) -> Reach:
    """Take segments by falling index, low-information records last."""
    population, customers = (findings.tables[side].sizes for side in ("population", "customers"))
    order = index_order(findings)
    if population[0] + customers[0] > 0:
        order.append(0)
    large_from = float(population[1:].sum() / population.sum() / findings.k)
    by_fold = findings.campaign.ledger.by_fold
    steps = reach_steps(order, population, customers, by_fold)
    weights = fold_weights(order, np.cumsum(population[order]) / max(int(population.sum()), 1), by_fold)
    held_out, step_size = release_held_out(weights, by_fold["customers"][order], by_fold["population"][order])
    published = tuple(
        _step(
            findings, step, [s for s in order[: at + 1] if s], large_from,
            None if held_out is None else float(held_out[at]),
        )
        for at, step in enumerate(steps)
    )  # fmt: skip
    return Reach(large_from, AVERAGE_INDEX, step_size, published, _sentence(published, fmt))


def index_order(findings: Findings) -> list[int]:
    """Return the placed segments by falling index; those without people come last."""
    index = {s: group_counts(findings, [s]).index for s in range(1, findings.k + 1)}
    return sorted(index, key=lambda s: (index[s] is None, -(index[s] or 0.0), s))


def _step(findings: Findings, step: Step, placed: list[int], large_from: float, held_out: float | None) -> ReachStep:
    population, customers = (findings.tables[side].sizes for side in ("population", "customers"))
    n, c = int(population[step.segment]), int(customers[step.segment])
    share = n / int(population.sum())
    here = group_counts(findings, [step.segment], placed=step.segment != 0)
    together = group_counts(findings, placed)
    reasons = (
        {} if here.index is not None else dict.fromkeys(("index", "interval"), say("nobody of the population is in it"))
    )
    error = None
    if step.segment:
        error = total_error(here, findings.spread.log_sd([step.segment]))
        place = quadrant(share, here.index or 0.0, large_from)
        cumulative, spread = together.index, findings.spread.log_sd(placed)
    else:
        place, cumulative, spread = APART, None, None
        reasons["cumulative_index"] = say("low-information records are not compared with placed people")
    if step.segment and cumulative is None:
        reasons["cumulative_index"] = say("nobody of the population is in these segments")
    interval = error.interval if error else sampling_interval(here)
    if interval is None:
        reasons.setdefault("interval", say("too few people for an interval"))
    if held_out is None:
        reasons["held_out"] = held_back()
    total = int(customers.sum())
    return ReachStep(
        segment=findings.id_of(step.segment),
        place=place,
        population=n,
        customers=c,
        penetration=c / n if n else 0.0,
        index=here.index,
        interval=interval,
        cumulative_population=step.population / int(population.sum()),
        cumulative_customers=step.customers / total,
        cumulative_interval=share_interval(step.customers, total, spread),
        cumulative_index=cumulative,
        held_out=held_out,
        reasons=reasons,
    )


def _sentence(steps: tuple[ReachStep, ...], fmt: Formatter) -> str:
    """Say how far the segments above average reach."""
    above = [step for step in steps if step.segment and (step.index or 0.0) > AVERAGE_INDEX]
    if not above:
        return say("No segment holds more customers than its share of the population.")
    last = above[-1]
    held: str = ""
    if last.held_out is not None and not np.isclose(last.held_out, last.cumulative_customers, atol=0.005):
        held = say(" ({share} when the order is chosen on other people)", share=fmt.share(last.held_out))
    return say_n(
        len(above),
        "The segment above average is {population} of the population and holds {customers} of customers{held}.",
        "The {number} segments above average are {population} of the population and hold {customers} of "
        "customers{held}.",
        number=len(above),
        population=fmt.share(last.cumulative_population),
        customers=fmt.share(last.cumulative_customers),
        held=held,
    )
