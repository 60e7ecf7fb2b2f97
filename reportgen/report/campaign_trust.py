"""Whether the individual index may be believed: whether it is about people, and as large as it says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reportgen.analysis.result_campaign import CalibrationStep
from reportgen.formatting import NOT_GIVEN
from reportgen.language import say
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Row, Section, Table


def trust_section(desk: Desk) -> Section | None:
    """Show whether the index is about people, and as large as it says."""
    ranking = desk.analysis.campaign.ranking
    if ranking is None:
        return None
    fmt = desk.fmt
    facts = (
        Fact(say("Mean before rescaling"), fmt.decimal(ranking.mean_before_rescaling, 1),
             say("held out, then set to 100")),
        Fact(say("Columns used"), fmt.count(ranking.columns), say("without sensitive ones")
             if not ranking.sensitive else say("with sensitive ones")),
        Fact(say("Models"), fmt.count(ranking.folds), say("by fold of the id; none scores whom it has seen")),
    )  # fmt: skip
    text = [test.sentence for test in ranking.leakage] or [
        say("Customers are rows of the population file, so what is missing cannot tell the files apart.")
    ]
    bullets = []
    if ranking.telling:
        told = fmt.words([f"{column.label} ({fmt.decimal(column.auc, 2)})" for column in ranking.telling])
        bullets.append(
            say(
                "Check that these are known before somebody becomes a customer, since each tells much alone (area "
                "under the curve above {limit}): {columns}.",
                limit=fmt.decimal(0.65, 2),
                columns=told,
            )
        )
    text += _top_tenth(desk, ranking.calibration[0]) if ranking.calibration else []
    columns = (
        Column(say("Tenth"), "number", 12), Column(say("Mean index"), "number", 20),
        Column(say("Customers predicted"), "number", 22), Column(say("Customers held out"), "number", 22),
        Column(say("95\u00a0% interval"), "number", 24),
    )  # fmt: skip
    table = Table(
        id="table-calibration",
        stack=True,
        caption=say("Is the index as large as it says? Tenths of the population, highest index first"),
        columns=columns,
        rows=tuple(
            Row(
                (
                    Cell(str(step.tenth)),
                    Cell(fmt.index(step.mean_index)),
                    Cell(fmt.share_in_table(step.predicted)),
                    Cell(or_mark(desk, step, "observed", fmt.share_in_table)),
                    Cell(or_mark(desk, step, "interval", lambda ends: share_range(desk, ends))),
                )
            )
            for step in ranking.calibration
        ),
        note=say(
            "Shares of all customers: what the index implies, and what was found among people whom no model has seen. "
            "People of all models are ranked together here; the gains above rank those of each model by themselves. "
            "People with the same index stay together, so tenths may differ in size."
        ),
        csv=desk.csv("calibration"),
    )
    return Section(
        id="campaign-trust",
        title=say("May the individual index be believed?"),
        text=tuple(text),
        facts=facts,
        bullets=tuple(bullets),
        tables=(table,),
    )


def _top_tenth(desk: Desk, top: CalibrationStep) -> list[str]:
    """Say whether the index keeps what it says where it matters most."""
    if top.observed is None or top.interval is None:
        return []
    share = desk.fmt.share_in_table
    values = {
        "predicted": share(top.predicted),
        "observed": share(top.observed),
        "interval": share_range(desk, top.interval),
    }
    if top.predicted > top.interval[1]:
        return [
            say(
                "In the tenth with the highest index it expects {predicted} of customers, and {observed} were found "
                "({interval}): at its top it says too much, so trust its order more than its size.",
                **values,
            )
        ]
    if top.predicted < top.interval[0]:
        return [
            say(
                "In the tenth with the highest index it expects {predicted} of customers, and {observed} were found "
                "({interval}): at its top it says too little.",
                **values,
            )
        ]
    return [
        say(
            "In the tenth with the highest index it expects {predicted} of customers, and {observed} were found "
            "({interval}): as large as it says, within chance.",
            **values,
        )
    ]


def share_range(desk: Desk, interval: tuple[float, float] | None) -> str:
    """Return "24.5–27.0 %"."""
    if interval is None:
        return NOT_GIVEN
    low, high = (desk.fmt.decimal(100 * end, 1) for end in interval)
    return f"{low}\u2013{high}\u00a0%"


def or_mark(desk: Desk, record: Any, name: str, words: Callable[[Any], str]) -> str:
    """Return a figure in words, or the mark that stands for it where it is held back."""
    value = getattr(record, name)
    return desk.fmt.held(record.reasons.get(name, "")) if value is None else words(value)
