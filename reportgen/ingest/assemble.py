"""What was read, put together: the coded table and what is to be said about the read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reportgen.dictionary import FeatureDictionary
from reportgen.formatting import Numeral
from reportgen.ingest.columns import CodesState
from reportgen.ingest.findings import Rank, RankedFinding, found, in_order
from reportgen.ingest.levels import RawCounts, number_column, text_column
from reportgen.ingest.number_codes import NumberCodes
from reportgen.ingest.schema import Plan
from reportgen.ingest.table import CodedColumn, CodedTable, Side, UndeclaredColumn
from reportgen.language import mark, say, say_marked

NO_COMMON_ID = mark("the files have no common id column")


@dataclass(frozen=True)
class Reads:
    """Everything that was read.

    Attributes
    ----------
    plan
        Use of the columns.
    population, customers
        Their blocks.
    state
        Of all columns after the last file.
    undeclared
        Columns that the dictionary does not name.
    overlap
        Customers in the population by id; None without common ids.
    not_an_id
        Why a column that is named like an id is none, or "".
    one_file
        Whether one file holds both sides.
    """

    plan: Plan
    population: Side
    customers: Side
    state: CodesState
    undeclared: tuple[UndeclaredColumn, ...]
    overlap: int | None
    not_an_id: str
    one_file: bool


def assemble(dictionary: FeatureDictionary, reads: Reads) -> CodedTable:
    """Say what each raw code is, and put everything together."""
    columns, findings, known = _columns(reads)
    return CodedTable(
        columns=columns,
        population=reads.population,
        customers=reads.customers,
        undeclared=reads.undeclared,
        warnings=in_order(findings + _findings(dictionary, reads)),
        id_column=reads.plan.id_column,
        overlap=reads.overlap,
        overlap_reason="" if reads.overlap is not None else reads.not_an_id or say_marked(NO_COMMON_ID),
        nested=reads.one_file or reads.overlap == reads.customers.rows,
        population_codes=known,
    )


def _columns(reads: Reads) -> tuple[tuple[CodedColumn, ...], list[RankedFinding], tuple[int, ...]]:
    """Return the columns in dictionary order, the findings about them, and their raw codes from the population."""
    columns: list[CodedColumn] = []
    findings: list[RankedFinding] = []
    for feature in reads.plan.features:
        if feature.is_number:
            codes = NumberCodes.restored(feature, reads.state.numbers[feature.name])
            raw = RawCounts(codes.codes(), codes.counts("population"), codes.counts("customers"), reads.one_file)
            moments = {"population": codes.moments("population"), "customers": codes.moments("customers")}
            column, said = number_column(feature, raw, codes.numbers(), moments)  # type: ignore[arg-type]
            if codes.exponent is not None:
                told = say(
                    "read in steps of {step}, because it has more than 32,000 distinct numbers; its mean, spread and "
                    "range are exact",
                    step=Numeral(f"{2.0**codes.exponent:g}"),
                )
                said = [*said, found(Rank.COARSE, feature.name, told)]
        else:
            state = reads.state.texts[feature.name]
            column, said = text_column(
                feature, RawCounts(state.codes, state.population, state.customers, reads.one_file)
            )
        columns.append(column)
        findings += said
    counts = [
        (reads.state.numbers if f.is_number else reads.state.texts)[f.name].population for f in reads.plan.features
    ]
    return tuple(columns), findings, tuple(int(np.count_nonzero(count)) for count in counts)


def _findings(dictionary: FeatureDictionary, reads: Reads) -> list[RankedFinding]:
    """Return the findings that are not about one declared column."""
    findings: list[RankedFinding] = []
    in_population = set(reads.plan.undeclared_population)
    for column in reads.undeclared:
        if column.side == "population":
            message = say("not in the dictionary: left out of the analysis")
            findings.append(found(Rank.UNDECLARED, column.name, message))
        elif column.name not in in_population:
            message = say("only the customer file has this column, and the dictionary does not name it: left out")
            findings.append(found(Rank.EXTRA, column.name, message))
    if not dictionary.labelled:
        message = say("the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)")
        findings.append(found(Rank.NO_LABELS, "", message))
    if reads.not_an_id:
        column_name = reads.not_an_id.split(" ", 1)[0]
        findings.append(
            found(Rank.NO_ID, column_name, say("{reason}: row numbers serve as ids", reason=reads.not_an_id))
        )
    return findings
