"""The tables of the campaign chapter as raw values."""

from __future__ import annotations

from typing import Any

from reportgen.analysis.result import Analysis
from reportgen.analysis.suppression import value_or_mark
from reportgen.language import say
from reportgen.report.tables import DataTable, Value


def campaign_tables(analysis: Analysis) -> tuple[DataTable, ...]:
    """Return the tables of the chapter in reading order; those that would be empty are left out."""
    tables = (
        _reach(analysis), _plan(analysis), _depths(analysis), _terms(analysis), _gains(analysis),
        _calibration(analysis), _response(analysis), _uplift(analysis),
    )  # fmt: skip
    return tuple(table for table in tables if table.rows)


def _ends(interval: tuple[float, float] | None) -> tuple[float | None, float | None]:
    return interval if interval is not None else (None, None)


def _ends_or_mark(record: Any) -> tuple[Value, Value]:
    """Return the ends of a record's interval, or twice the mark that stands for it."""
    interval = value_or_mark(record, "interval")
    return (interval, interval) if interval is None or isinstance(interval, str) else interval


def _letter(analysis: Analysis, segment: int) -> str:
    return analysis.by_id[segment].letter


def _reach(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "place", "population", "customers", "penetration", "index", "index_low", "index_high",
        "cumulative_population", "cumulative_customers", "cumulative_low", "cumulative_high", "cumulative_index",
        "held_out",
    )  # fmt: skip
    rows = tuple(
        (
            _letter(analysis, s.segment), analysis.by_id[s.segment].name, s.place, s.population, s.customers,
            s.penetration, s.index, *_ends(s.interval), s.cumulative_population, s.cumulative_customers,
            *s.cumulative_interval, s.cumulative_index, value_or_mark(s, "held_out"),
        )
        for s in analysis.campaign.reach.steps
    )  # fmt: skip
    return DataTable("reach-steps", say("Reach by segments"), columns, rows)


def _plan(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "people", "prospects", "index", "index_low", "index_high", "pays", "pieces", "cost",
        "responses", "responses_low", "responses_high", "cost_per_response", "profit", "cumulative_pieces",
        "cumulative_cost", "cumulative_responses",
    )  # fmt: skip
    rows = tuple(
        (
            _letter(analysis, r.segment), analysis.by_id[r.segment].name, r.people, r.prospects, r.index,
            *_ends(r.interval), r.pays, r.pieces, r.cost, r.responses, *_ends(r.responses_interval),
            r.cost_per_response, r.profit, r.cumulative_pieces, r.cumulative_cost, r.cumulative_responses,
        )
        for r in analysis.campaign.plan.rows
    )  # fmt: skip
    return DataTable("plan", say("Plan by segments"), columns, rows)


def _depths(analysis: Analysis) -> DataTable:
    columns = (
        "why", "depth", "pieces", "lowest_index", "mean_index", "index_low", "index_high", "cost", "responses",
        "responses_low", "responses_high", "cost_per_response", "profit",
    )  # fmt: skip
    rows = tuple(
        (
            r.why, r.depth, r.pieces, r.lowest_index, r.mean_index, *r.interval, r.cost, r.responses,
            *_ends(r.responses_interval), r.cost_per_response, r.profit,
        )
        for r in analysis.campaign.plan.depths
    )  # fmt: skip
    return DataTable("plan-depths", say("Plan by depth of the individual index"), columns, rows)


def _terms(analysis: Analysis) -> DataTable:
    rows = tuple((t.name, t.label, t.value, t.unit, t.assumed, t.source) for t in analysis.campaign.plan.terms)
    columns = ("name", "figure", "value", "unit", "assumed", "source")
    return DataTable("plan-terms", say("What the plan rests on"), columns, rows)


def _gains(analysis: Analysis) -> DataTable:
    columns = (
        "people", "ranked_by", "auc", "auc_low", "auc_high", "lift_area", "lift_area_low", "lift_area_high", "depth",
        "lift", "lift_low", "lift_high",
    )  # fmt: skip
    ranking = analysis.campaign.ranking
    rows: tuple[tuple[Value, ...], ...] = ()
    if ranking is not None:
        rows = tuple(
            (
                gains.people, curve.label, curve.auc, *curve.auc_interval, curve.lift_area, *curve.lift_area_interval,
                lift.depth, lift.lift, *lift.interval,
            )
            for gains in ranking.gains
            for curve in gains.curves
            for lift in curve.lifts
        )  # fmt: skip
    return DataTable("gains-summary", say("Held-out gains: area under the curve and lift"), columns, rows)


def _calibration(analysis: Analysis) -> DataTable:
    columns = ("tenth", "mean_index", "predicted", "observed", "observed_low", "observed_high", "customers")
    ranking = analysis.campaign.ranking
    rows: tuple[tuple[Value, ...], ...] = ()
    if ranking is not None:
        rows = tuple(
            (
                s.tenth,
                s.mean_index,
                s.predicted,
                value_or_mark(s, "observed"),
                *_ends_or_mark(s),
                value_or_mark(s, "customers"),
            )
            for s in ranking.calibration
        )
    return DataTable("calibration", say("Customers by tenth of the individual index"), columns, rows)


def _response(analysis: Analysis) -> DataTable:
    columns = (
        "tenth", "last_tenth", "people", "responses", "mean_index", "response", "response_low", "response_high",
        "in_proportion", "amount", "amount_low", "amount_high", "profit", "profit_low", "profit_high",
    )  # fmt: skip
    response = analysis.campaign.response
    rows: tuple[tuple[Value, ...], ...] = ()
    if response is not None:
        rows = tuple(
            (
                g.tenth, g.last_tenth, g.people, g.responses, g.mean_index, g.rate, *g.interval, g.predicted, g.amount,
                *_ends(g.amount_interval), g.profit, *_ends(g.profit_interval),
            )
            for g in response.groups
        )  # fmt: skip
    return DataTable("response-tenths", say("A past mailing: response by tenth of the individual index"), columns, rows)


def _uplift(analysis: Analysis) -> DataTable:
    columns = (
        "people", "mailed", "mailed_response", "control", "control_response", "difference", "low", "high", "shown",
    )  # fmt: skip
    response = analysis.campaign.response
    rows: tuple[tuple[Value, ...], ...] = ()
    if response is not None:
        rows = tuple(
            (
                t.people,
                t.mailed,
                value_or_mark(t, "mailed_rate"),
                t.control,
                value_or_mark(t, "control_rate"),
                value_or_mark(t, "difference"),
                *_ends_or_mark(t),
                t.shown,
            )
            for t in response.uplift
        )
    return DataTable("response-uplift", say("A past mailing: those written to against the hold-out"), columns, rows)
