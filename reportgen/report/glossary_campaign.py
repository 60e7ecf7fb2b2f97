"""The figures of the campaign chapter, explained with figures of this report."""

from __future__ import annotations

from dataclasses import replace

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
    return [
        entry(
            "score", "Individual index",
            "How much a person resembles current customers: 100 for the average of the population, 250 for answers "
            "that are two and a half times as frequent among customers. It comes from a model that tells customers "
            f"from {ranking.basis}. It does not say that anybody will respond.",
            formula="100 × density of the answers among customers ÷ density in the population",
            example=f"The held-out mean is {fmt.decimal(ranking.mean_before_rescaling, 1)} before it is set to 100.",
            source="For separate files the odds of a case-control model; for nested ones the probability of being a "
            "customer over the base rate. Elkan and Noto, KDD (2008).",
        ),
        entry(
            "heldout", "Held out",
            "Every person belongs to one of five folds by the id. The model of a fold has not seen its people, and "
            "only it scores them; a fifth of the people, kept for choosing the model, is in no figure.",
        ),
        entry(
            "auc", "Area under the ROC curve",
            "The probability that a customer ranks before somebody of the other side: 0.5 is chance, 1 is perfect.",
            example=f"The individual index reaches {fmt.decimal(score.auc, 2)}.",
            source="Interval: DeLong and others, Biometrics 44 (1988).",
        ),
        entry(
            "lift", "Gains and lift",
            "Gains: the share of customers found among the people who rank highest. Lift: that share over the share of "
            "people.",
            formula="lift = customers reached ÷ people taken, both as shares; mean lift = area under the lift curve",
            example=f"Lift at {fmt.share(lift.depth)}: {fmt.decimal(lift.lift, 2)} "
            f"({fmt.decimal(lift.interval[0], 2)} to {fmt.decimal(lift.interval[1], 2)}).",
            source="Bands: 2.5 and 97.5 % of bootstrap samples, at each depth by itself.",
        ),
        entry(
            "leakage", "Test on missing values",
            "Two files that were prepared apart can be told by what is missing in them. A model that sees nothing else "
            "is set beside the ranking; above an area of 0.65, or a third of what the ranking reaches beyond chance, "
            "the individual index is about the files.",
        ),
    ]  # fmt: skip


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
        letter = desk.analysis.by_id[first.segment].letter
        expected = (
            f"Segment {letter}: {fmt.count(first.pieces)} × {fmt.decimal(by_name['base_response'].value, 4)} × "
            f"{fmt.index(first.index)} ÷ 100 = {fmt.decimal(first.responses, 0)}."
        )
    return [
        entry(
            "breakeven", "Break-even index",
            "The index from which the margin of the expected responses covers the cost of the pieces.",
            formula="100 × cost per piece ÷ (margin per response × base response)", example=example,
        ),
        entry(
            "responses", "Expected responses",
            "What a group brings if its response is the response of an unselected mailing times its index. It is an "
            "assumption, not a forecast; a test cell or a past mailing can check it.",
            formula="pieces × base response × index ÷ 100", example=expected,
        ),
    ]  # fmt: skip
