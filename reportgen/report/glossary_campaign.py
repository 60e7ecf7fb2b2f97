"""The figures of the campaign chapter, explained with figures of this report."""

from __future__ import annotations

from dataclasses import replace

from reportgen.language import say
from reportgen.report.desk import Desk
from reportgen.report.glossary_words import entry
from reportgen.report.views import Explained


def campaign_entries(desk: Desk) -> list[Explained]:
    """Return how people are ranked and what a mailing is expected to bring."""
    ranking = _ranking_entries(desk)
    if desk.is_print:  # the one without which the curves cannot be read, and in short; the plan explains its own
        return [replace(item, formula="", example="", source="") for item in ranking if item.id == "term-score"]
    return [*ranking, *_money_entries(desk)]


def _ranking_entries(desk: Desk) -> list[Explained]:
    fmt, ranking = desk.fmt, desk.analysis.campaign.ranking
    if ranking is None:
        return []
    score = next(curve for curve in ranking.gains[0].curves if curve.name == "score")
    lift = next(step for step in score.lifts if step.depth == 0.1)
    lifted = say(
        "Lift at {depth}: {lift} ({low} to {high}).",
        depth=fmt.share(lift.depth),
        lift=fmt.decimal(lift.lift, 2),
        low=fmt.decimal(lift.interval[0], 2),
        high=fmt.decimal(lift.interval[1], 2),
    )
    return [
        entry(
            "score",
            say("Individual index"),
            say(
                "How much a person resembles current customers: 100 for the average of the population, 250 for answers "
                "that are two and a half times as frequent among customers. It comes from a model that tells customers "
                "from {others}. It does not say that anybody will respond.",
                others=ranking.basis,
            ),
            formula=say("100 × density of the answers among customers ÷ density in the population"),
            example=say(
                "The held-out mean is {mean} before it is set to 100.",
                mean=fmt.decimal(ranking.mean_before_rescaling, 1),
            ),
            source=say(
                "For separate files the odds of a case-control model; for nested ones the probability of being a "
                "customer over the base rate. Elkan and Noto, KDD (2008)."
            ),
        ),
        entry(
            "heldout",
            say("Held out"),
            say(
                "Every person belongs to one of five folds by the id. The model of a fold has not seen its people, and "
                "only it scores them; a fifth of the people, kept for choosing the model, is in no figure."
            ),
        ),
        entry(
            "auc",
            say("Area under the ROC curve"),
            say(
                "The probability that a customer ranks before somebody of the other side: {chance} is chance, 1 is "
                "perfect.",
                chance=fmt.decimal(0.5, 1),
            ),
            example=say("The individual index reaches {auc}.", auc=fmt.decimal(score.auc, 2)),
            source=say("Interval: DeLong and others, Biometrics 44 (1988)."),
        ),
        entry(
            "lift",
            say("Gains and lift"),
            say(
                "Gains: the share of customers found among the people who rank highest. Lift: that share over the "
                "share of people."
            ),
            formula=say(
                "lift = customers reached ÷ people taken, both as shares; mean lift = area under the lift curve"
            ),
            example=lifted,
            source=say("Bands: 2.5 and 97.5 % of bootstrap samples, at each depth by itself."),
        ),
        entry(
            "leakage",
            say("Test on missing values"),
            say(
                "Two files that were prepared apart can be told by what is missing in them. A model that sees nothing "
                "else is set beside the ranking; above an area of 0.65, or a third of what the ranking reaches beyond "
                "chance, the individual index is about the files."
            ),
        ),
    ]


def _money_entries(desk: Desk) -> list[Explained]:
    fmt, campaign = desk.fmt, desk.analysis.campaign
    plan = campaign.plan
    if not campaign.given:
        return []
    by_name = {term.name: term for term in plan.terms}
    example = ""
    if plan.break_even_index is not None:
        cost, margin, base = (by_name[name].value for name in ("cost_per_piece", "margin", "base_response"))
        example = (
            f"100 × {fmt.decimal(cost, 2)} ÷ ({fmt.decimal(margin, 2)} × {fmt.decimal(base, 4)}) = "
            f"{fmt.index(plan.break_even_index)}."
        )
    first = next((row for row in plan.rows if row.pieces and row.responses and row.index is not None), None)
    expected = ""
    if first is not None and first.index is not None and first.responses is not None:
        expected = say(
            "Segment {letter}: {pieces} × {base} × {index} ÷ 100 = {responses}.",
            letter=desk.analysis.by_id[first.segment].letter,
            pieces=fmt.count(first.pieces),
            base=fmt.decimal(by_name["base_response"].value, 4),
            index=fmt.index(first.index),
            responses=fmt.decimal(first.responses, 0),
        )
    return [
        entry(
            "breakeven",
            say("Break-even index"),
            say("The index from which the margin of the expected responses covers the cost of the pieces."),
            formula=say("100 × cost per piece ÷ (margin per response × base response)"),
            example=example,
        ),
        entry(
            "responses",
            say("Expected responses"),
            say(
                "What a group brings if its response is the response of an unselected mailing times its index. It is "
                "an assumption, not a forecast; a test cell or a past mailing can check it."
            ),
            formula=say("pieces × base response × index ÷ 100"),
            example=expected,
        ),
    ]
