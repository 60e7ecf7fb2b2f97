"""The published form of the campaign chapter: reach, ranking, plan, test and past mailing put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from reportgen.analysis.findings import Findings
from reportgen.analysis.power import cell_size, detectable_rate, holdout_size, holdout_within, precision_size
from reportgen.analysis.publish_plan import publish_plan
from reportgen.analysis.publish_ranking import publish_ranking
from reportgen.analysis.publish_reach import publish_reach
from reportgen.analysis.publish_response import publish_response
from reportgen.analysis.publish_terms import money, no_terms
from reportgen.analysis.ranking_findings import NoRanking
from reportgen.analysis.release_gains import release_ranking
from reportgen.analysis.result_campaign import Campaign, Plan, Ranking, Reach, Trial
from reportgen.analysis.suppression import LEAST
from reportgen.formatting import Formatter
from reportgen.language import say, say_n

_PRECISION = 0.20  # of the base response
_TOLD_DEPTH = 0.20


def publish_campaign(findings: Findings, letters: dict[int, str], fmt: Formatter) -> Campaign:
    """Publish the chapter.

    Parameters
    ----------
    letters
        Letter of each segment by id.
    """
    if not isinstance(findings.campaign.ranking, NoRanking):
        ranked = release_ranking(findings.campaign.ranking)
        findings = replace(findings, campaign=replace(findings.campaign, ranking=ranked))
    found, terms = findings.campaign.ranking, findings.campaign.terms
    reach = publish_reach(findings, fmt)
    ranking = None if isinstance(found, NoRanking) else publish_ranking(findings, found, fmt)
    plan = publish_plan(findings, ranking, fmt)
    plan = replace(
        plan,
        sentence=_plan_sentence(plan, letters, terms.currency, fmt),
        caveats=_caveats(findings, plan, ranking, fmt),
    )
    trial, why = _trial(findings, plan, fmt)
    response = None if findings.campaign.response is None else publish_response(findings.campaign.response, terms, fmt)
    reasons = {}
    if isinstance(found, NoRanking):
        reasons["ranking"] = found.reason
    if trial is None:
        reasons["trial"] = why
    if response is None:
        reasons["response"] = say("no past mailing is given (--response FILE)")
    return Campaign(
        given=terms.given,
        leads_with=_leads_with(ranking),
        sentence=_sentence(reach, plan, ranking, given=terms.given),
        currency=terms.currency,
        reach=reach,
        ranking=ranking,
        plan=plan,
        trial=trial,
        response=response,
        reasons=reasons,
    )


def _leads_with(ranking: Ranking | None) -> str:
    """Say what stands first: the score only where it is about people and reaches beyond the segments."""
    if ranking is None or not ranking.targets or any(test.flagged for test in ranking.leakage):
        return "segments"
    step = next(step for step in ranking.gains[-1].increments if step.depth == _TOLD_DEPTH)
    return "score" if step.interval[0] > 0 else "segments"


def _sentence(reach: Reach, plan: Plan, ranking: Ranking | None, *, given: bool) -> str:
    if ranking is not None and not ranking.targets:
        return ranking.sentence
    return plan.sentence if given else reach.sentence


def _plan_sentence(plan: Plan, letters: dict[int, str], currency: str, fmt: Formatter) -> str:
    chosen = [row for row in plan.rows if row.pieces > 0]
    if not plan.terms:
        people = sum(row.prospects for row in plan.rows)
        return say(
            "{prospects} in {segments}.",
            prospects=fmt.quantity(people, "prospect", "prospects"),
            segments=fmt.quantity(len(plan.rows), "segment", "segments"),
        )
    if not chosen:
        return say(
            "Nobody is written to: no segment reaches the break-even index of {index}.",
            index=fmt.index(plan.break_even_index),
        )
    last = chosen[-1]
    return say_n(
        len(chosen),
        "{pieces} to segment {letters}{part} cost {cost}; {responses} are expected, if the response follows the index.",
        "{pieces} to segments {letters}{part} cost {cost}; {responses} are expected, if the response follows the "
        "index.",
        pieces=fmt.quantity(last.cumulative_pieces, "piece", "pieces"),
        letters=fmt.words([letters[row.segment] for row in chosen]),
        part=say(" (in part)") if last.pieces < last.prospects else "",
        cost=money(last.cumulative_cost or 0.0, currency, fmt),
        responses=fmt.quantity(round(last.cumulative_responses or 0.0), "response", "responses"),
    )


def _caveats(findings: Findings, plan: Plan, ranking: Ranking | None, fmt: Formatter) -> tuple[str, ...]:
    """Say what the plan does not know."""
    told: list[str] = [
        say(
            "A high index means that someone resembles current customers, never that they will respond: it says who is "
            "a customer, not who answers a mailing."
        )
    ]
    if plan.terms:
        told.append(
            say(
                "Expected responses assume that the response of a group is the base response times its index; they "
                "include those of people who would have bought without the mailing."
            )
        )
        told.extend(
            say(
                "Assumed, not known: {term} ({value}; {source}).",
                term=term.label,
                value=fmt.share_in_table(term.value) if term.unit == "share" else money(term.value, term.unit, fmt),
                source=term.source,
            )
            for term in plan.terms
            if term.assumed
        )
    if findings.data.table.overlap is None:
        told.append(say("Customers cannot be recognised in the population, so prospects include those who are there."))
    if plan.low_information:
        told.append(
            say_n(
                plan.low_information,
                "{people} with too little data is in no plan and no list.",
                "{people} with too little data are in no plan and no list.",
                people=fmt.quantity(plan.low_information, "person", "people"),
            )
        )
    told.extend(_caveats_of_ranking(ranking, fmt) if ranking is not None else ())
    return tuple(told)


def _caveats_of_ranking(ranking: Ranking, fmt: Formatter) -> Iterator[str]:
    """Say what the score rests on that should be looked at."""
    if ranking.sensitive:
        columns = fmt.words(list(ranking.sensitive))
        yield say("Sensitive features are switched on for the score: {columns}.", columns=columns)
    if ranking.telling:
        labels = fmt.words([column.label for column in ranking.telling])
        yield say_n(
            len(ranking.telling),
            "Check that this is known before somebody becomes a customer, since it tells much alone: {labels}.",
            "Check that these are known before somebody becomes a customer, since each tells much alone: {labels}.",
            labels=labels,
        )
    yield from (test.sentence for test in ranking.leakage if test.flagged)
    if not ranking.trusted and ranking.targets:
        yield say("Lists therefore follow the segments, at random within each.")


def _trial(findings: Findings, plan: Plan, fmt: Formatter) -> tuple[Trial | None, str]:
    """Work out the sizes of a test and of a hold-out; None with the reason where there is no plan."""
    terms = findings.campaign.terms
    if not terms.given:
        return None, no_terms()
    pieces = plan.rows[-1].cumulative_pieces if plan.rows else 0
    rate = (plan.rows[-1].cumulative_responses or 0.0) / pieces if pieces else 0.0
    if pieces == 0 or not 0.0 < rate < 1.0:
        return None, say("nobody is written to, or everybody is expected to respond")
    settings = (terms.significance, terms.power)
    people = max(pieces, sum(row.prospects for row in plan.rows if row.pieces))
    mailed, holdout = _divided(pieces, people, terms.holdout)
    without = rate / (1.0 + terms.detect)
    cell = cell_size(terms.base, rate, *settings) if abs(rate - terms.base) > 1e-9 else None
    shown = detectable_rate(mailed, holdout, rate, *settings) if holdout else None
    needed = holdout_size(pieces, without, rate, *settings)
    if needed is None or pieces + needed > people:
        needed = holdout_within(people, without, rate, *settings)
    reasons = {}
    if cell is None:
        reasons["cell"] = say("the planned segments are expected to respond like everybody")
    if shown is None:
        reasons["detectable_rate"] = say("no effect would show with so few people left out")
    if needed is None:
        reasons["holdout_needed"] = say("the mailing is too small to show such an effect, however many are left out")
    trial = Trial(
        power=terms.power,
        significance=terms.significance,
        detect=terms.detect,
        base=terms.base,
        planned_rate=rate,
        cell=cell,
        measure_base=precision_size(terms.base, _PRECISION),
        mailed=mailed,
        holdout=holdout,
        detectable_rate=shown,
        holdout_needed=needed,
        sentence="",
        reasons=reasons,
    )
    sentence = _trial_sentence(trial, fmt)
    if mailed < pieces:
        from_it = say(
            "The planned segments have too few people for a hold-out beside the plan, so it comes out of the plan and "
            "{people} are written to.",
            people=fmt.quantity(mailed, "person", "people"),
        )
        sentence = f"{from_it} {sentence}"
    return replace(trial, sentence=sentence), ""


def _divided(pieces: int, people: int, share: float) -> tuple[int, int]:
    """Return how many of the people of planned segments are written to and left out, the latter a share of both.

    The hold-out is beside the pieces, or out of them where there are too few people for that.
    """
    holdout = round(pieces * share / (1.0 - share))
    if pieces + holdout <= people:
        return pieces, holdout
    holdout = round(people * share)
    return people - holdout, holdout


def _trial_sentence(trial: Trial, fmt: Formatter) -> str:
    """Say what a hold-out of the planned size can show."""
    left_out = fmt.quantity(trial.holdout, "person", "people")
    if trial.detectable_rate is None and trial.holdout < LEAST:
        shows = say("Leaving out so few people shows no effect of the mailing, whatever it is.")
    elif trial.detectable_rate is None:
        shows = say("Leaving out {people} shows no effect of the mailing, whatever it is.", people=left_out)
    else:
        shows = say(
            "With {people} left out, {power} of such tests find an effect if {rate} of those written to respond and at "
            "most {without} of those left out.",
            people=left_out,
            power=fmt.share(trial.power),
            rate=fmt.share_in_table(trial.planned_rate),
            without=fmt.share_in_table(trial.detectable_rate),
        )
    wanted = fmt.share(trial.detect)
    if trial.holdout_needed is None:
        return shows + say(" No hold-out would show {wanted} more.", wanted=wanted)
    people = fmt.quantity(trial.holdout_needed, "person", "people")
    return shows + say(" To show {wanted} more takes {people} left out.", wanted=wanted, people=people)
