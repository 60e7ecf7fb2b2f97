"""Small made-up reports in great number: rows of one base file, drawn anew and put into segments at random."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reportgen.analysis.description import describe
from reportgen.analysis.findings import Findings
from reportgen.analysis.low_information import PLACED, place_low_information
from reportgen.analysis.publication import publish
from reportgen.analysis.quality import RowThreshold, column_quality, missing_blocks
from reportgen.analysis.release import release_columns
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.run import analyse
from reportgen.analysis.serial import to_json
from reportgen.analysis.settings import Settings
from reportgen.dictionary import read_dictionary
from reportgen.engine.assignment import tabulate
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import missing_per_row
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import SideName, Status, read_codes
from tests.oracle.attacker import MISSING, Key, Knowledge
from tests.oracle.campaign_attacker import CampaignKnowledge
from tests.oracle.made_up_campaign import MadeUp, People, draw_campaign

K = 3
FEATURES = """\
attribute;information_level;type;missing_or_unknown;label;direction;role;sensitivity
FEIN;person;categorical;[0];family type;;;
GROB;person;categorical;[0];rough family type;;;
SAME;person;ordinal;[0];the rough type again;;;
ORD;person;ordinal;[9];income;;;
NUM;household;numeric;[];children;;;
AGE;person;numeric;[0];age;;;
RARE;person;binary;[];title;;;
CARS;region;ordinal;[];cars;;;
CARS_TOO;region;ordinal;[];more cars;;;
FEW_GAPS;person;categorical;[];house;;;
CODES;person;ordinal;[X];moves;;;
MANY_GAPS;person;categorical;[X];hobby;;;
NATION;person;categorical;[];nation;;;special
"""
VALUES = "attribute;value;label\n" + "".join(f"CODES;{code};{code} times\n" for code in range(1, 6))
GROB = {"1": "1", "2": "2", "3": "2", "4": "2", "5": "3", "6": "3", "7": "3", "8": "4", "9": "4", "0": "0"}


def draw_cells(random: np.random.Generator, rows: int, first: int) -> list[list[str]]:
    """Draw rows with rare levels, few gaps, unlisted codes and features that are sums of others."""
    lean = random.standard_normal(rows)
    fine = random.choice(10, rows, p=[0.03, 0.3, 0.2, 0.12, 0.03, 0.12, 0.08, 0.04, 0.05, 0.03])
    columns: dict[str, list[str]] = {
        "FEIN": [str(v) for v in fine],
        "GROB": [GROB[str(v)] for v in fine],
        "SAME": [{"0": "0", "1": "3", "2": "1", "3": "4", "4": "2"}[GROB[str(v)]] for v in fine],
        "ORD": [str(v) for v in np.clip(np.round(lean * 1.2 + 3), 1, 6).astype(int)],
        "NUM": [str(v) for v in random.geometric(0.55, rows) - 1 + 3 * (random.random(rows) < 0.03)],
        "AGE": [str(v) for v in np.clip(np.round(45 + 14 * lean), 18, 95).astype(int)],
        "RARE": ["y" if v < 0.03 else "n" for v in random.random(rows)],
        "CARS": [str(v) for v in np.clip(np.round(lean + random.standard_normal(rows) + 3), 1, 5).astype(int)],
        "CARS_TOO": [str(v) for v in np.clip(np.round(random.standard_normal(rows) + 3), 1, 5).astype(int)],
        "FEW_GAPS": ["" if v < 0.006 else "abcd"[int(4 * v)] for v in random.random(rows)],
        "CODES": ["X" if v < 0.01 else "7" if v < 0.02 else str(1 + int(5 * v)) for v in random.random(rows)],
        "MANY_GAPS": [
            "X" if v < 0.3 else "" if v < 0.5 else "pqrst"[int(9.99 * (v - 0.5))] for v in random.random(rows)
        ],
        "NATION": [str(v) for v in random.choice(4, rows, p=[0.9, 0.05, 0.03, 0.02])],
    }
    for at in np.flatnonzero(random.random(rows) < 0.04):
        columns["CARS"][at] = columns["CARS_TOO"][at] = ""
    for at in np.flatnonzero(random.random(rows) < 0.08):  # records of which little is known
        for name in columns:
            if name not in ("AGE", "NATION") and random.random() < 0.97:
                columns[name][at] = {"FEIN": "0", "GROB": "0", "SAME": "0", "MANY_GAPS": "X"}.get(name, "")
        if columns["FEIN"][at] == "0" or columns["GROB"][at] == "0":
            for name in ("FEIN", "GROB", "SAME"):
                columns[name][at] = "0"
    ids = [str(first + at) for at in range(rows)]
    return [list(row) for row in zip(ids, *columns.values(), strict=True)]


def write_base(folder: Path) -> tuple[Path, Path, Path]:
    """Write the files of the base run."""
    random = np.random.default_rng(11)
    names = ["ID", *(line.split(";")[0] for line in FEATURES.splitlines()[1:])]
    paths = []
    for side, rows, first in (("population", 2_500, 1), ("customers", 900, 1_000_000)):
        path = folder / f"{side}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=";")
            writer.writerow(names)
            writer.writerows(draw_cells(random, rows, first))
        paths.append(path)
    dictionary = folder / "dictionary"
    dictionary.mkdir()
    (dictionary / "features.csv").write_text(FEATURES, encoding="utf-8")
    (dictionary / "values.csv").write_text(VALUES, encoding="utf-8")
    return paths[0], paths[1], dictionary


PROVENANCE = Provenance(
    "Made up", "", "2026-01-01", "20260101-00000000", 1, True, "separate", "ID", "features.csv", True, (), {}, {}
)


@dataclass(frozen=True)
class Base:
    """A whole run, and the raw codes of its rows."""

    findings: Findings
    population: NDArray[np.int16]
    customers: NDArray[np.int16]


@dataclass(frozen=True)
class Report:
    """A small report with what is true of its people."""

    findings: Findings
    analysis: Analysis
    json: Mapping[str, Any]
    truth: Mapping[Key, float]
    known: Knowledge
    campaign: CampaignKnowledge


def make_base(folder: Path) -> Base:
    """Read and analyse the base files."""
    population, customers, dictionary = write_base(folder)
    blocks = folder / "blocks"
    blocks.mkdir()
    with threadpool_limits(1):
        table = ingest(read_dictionary(dictionary), IngestRequest(population, customers, None, "ID"), blocks)
        findings, _ = analyse(table, Settings(k=K, k_max=K, quick=True), LocalEngine(1))
    codes = [
        np.concatenate([read_codes(block, table.columns) for block in side.blocks], axis=1)
        for side in (table.population, table.customers)
    ]
    return Base(findings, codes[0], codes[1])


def draw_report(base: Base, seed: int, *, files: str = "separate") -> Report:
    """Draw 150 to 1,500 people and 40 to 600 customers, put them into segments, and publish.

    Parameters
    ----------
    files
        ``separate``; ``nested``, all customers being in the population; ``partly``, some being in it.
    """
    nested = files == "nested"
    random = np.random.default_rng(seed)
    while True:
        rows = int(np.exp(random.uniform(np.log(150), np.log(1_500))))
        people = base.population[:, random.choice(base.population.shape[1], rows, replace=False)]
        source = people if nested else base.customers
        wanted = int(np.exp(random.uniform(np.log(40), np.log(min(600, 0.8 * source.shape[1])))))
        chosen = random.choice(source.shape[1], wanted, replace=False)
        common = _common(random, files, wanted, rows)
        threshold = int(random.choice([6, 99]))
        sharp = random.uniform(0.2, 3.0)
        segments = _segments(base, people, threshold, random, sharp)
        theirs = source[:, chosen]
        of_customers = segments[chosen] if nested else _segments(base, theirs, threshold, random, sharp)
        theirs[:, :common], of_customers[:common] = people[:, :common], segments[:common]
        known = np.isin(np.arange(rows), chosen) if nested else np.arange(rows) < common
        sizes = [np.bincount(labels, minlength=K + 1) for labels in (segments, of_customers)]
        parts = [*sizes, *([sizes[0] - sizes[1]] if nested else [])]
        if all((part[1:] >= 10).all() and not 0 < part[0] < 10 for part in parts[:2]) and not any(
            ((part > 0) & (part < 10)).any() for part in parts
        ):
            made_up = draw_campaign(base.findings.campaign, People(segments, of_customers, known, nested), K, random)
            return _publish(base, (people, segments), (theirs, of_customers), threshold, made_up, known, nested)


def _common(random: np.random.Generator, files: str, customers: int, people: int) -> int:
    """Draw how many customers are in the population: a few, most, or anything between."""
    if files != "partly":
        return 0
    most = min(customers, people) - 1
    return [min(12, most), max(most - 12, 1), int(random.integers(1, most + 1))][random.integers(3)]


def _segments(
    base: Base, codes: NDArray[np.int16], threshold: int, random: np.random.Generator, sharp: float
) -> NDArray[np.int8]:
    """Put rows into segments that hang together with income; rows with many gaps into segment 0."""
    columns = base.findings.data.table.columns
    at = next(i for i, column in enumerate(columns) if column.name == "ORD")
    income = np.nan_to_num(columns[at].values[codes[at]], nan=3.0)
    lean = sharp * (income - 3.5) + random.standard_normal(codes.shape[1])
    segments = 1 + (lean > -0.5).astype(np.int8) + (lean > 1.5).astype(np.int8)
    segments[missing_per_row(codes, columns) >= threshold] = 0
    return np.asarray(segments, dtype=np.int8)


def _publish(
    base: Base,
    population: tuple[NDArray[np.int16], NDArray[np.int8]],
    customers: tuple[NDArray[np.int16], NDArray[np.int8]],
    threshold: int,
    made_up: MadeUp,
    known: NDArray[np.bool_],
    nested: bool,
) -> Report:
    old = base.findings
    columns = old.data.table.columns
    sides: dict[SideName, tuple[NDArray[np.int16], NDArray[np.int8]]] = {
        "population": population, "customers": customers,
    }  # fmt: skip
    tables = {side: tabulate(codes, columns, labels, K) for side, (codes, labels) in sides.items()}
    counts = {side: tuple(by_code.sum(axis=0) for by_code in found.counts) for side, found in tables.items()}
    histogram = {
        side: np.bincount(missing_per_row(codes, columns), minlength=len(columns) + 1)
        for side, (codes, _) in sides.items()
    }
    rows = {side: codes.shape[1] for side, (codes, _) in sides.items()}
    table = replace(
        old.data.table,
        population=replace(old.data.table.population, rows=rows["population"]),
        customers=replace(old.data.table.customers, rows=rows["customers"]),
        nested=nested,
        overlap=int(known.sum()),
    )
    rows_apart = RowThreshold(threshold if tables["population"].sizes[0] else None, histogram, "made up")
    data = replace(
        old.data,
        table=table,
        counts=counts,
        qualities=column_quality(columns, counts),
        threshold=rows_apart,
        blocks=missing_blocks(columns, population[0], counts["population"], rows["population"]),
    )
    extra: dict[SideName, NDArray[np.int64]] = {
        side: np.array([found.sizes[0], 0, 0], dtype=np.int64) for side, found in tables.items()
    }
    sizes: dict[SideName, NDArray[np.int64]] = {side: found.sizes[1:] for side, found in tables.items()}
    variants = [run for run in old.checks.sensitivity if run.name != PLACED]
    variants.append(place_low_information(sizes, extra, nested=nested))
    checks = replace(old.checks, if_placed=extra, sensitivity=tuple(variants))
    released = release_columns(data, tables)
    findings = replace(old, data=data, tables=tables, checks=checks, campaign=made_up.findings, released=released)
    provenance = replace(PROVENANCE, standard_error="nested" if nested else "separate")
    analysis = publish(findings, provenance, Formatter("en"))
    return Report(
        findings, analysis, json.loads(to_json(analysis)), true_counts(findings) + made_up.truth,
        knowledge_of(findings), made_up.known,
    )  # fmt: skip


def knowledge_of(findings: Findings) -> Knowledge:
    """Say which codes are in which published level, and which features are sums of others."""
    codes = {
        released.column.name: {
            level.code: tuple(
                findings.data.table.columns[at].levels[i].code for i in released.plan.pooling.members(group)
            )
            for group, level in enumerate(released.column.levels)
        }
        for at, released in describe(findings).released.items()
    }
    missing = {MISSING: MISSING}
    named = {code: to for code, to in GROB.items() if code != "0"} | missing
    same = {"1": "3", "2": "1", "3": "4", "4": "2"}
    return Knowledge(
        codes,
        (
            ("FEIN", "GROB", named),
            ("GROB", "SAME", same | missing),
            ("SAME", "GROB", {to: code for code, to in same.items()} | missing),
        ),
    )


def true_counts(findings: Findings) -> Counter[Key]:
    """Count what the attacker is after."""
    truth: Counter[Key] = Counter()
    for at, column in enumerate(findings.data.table.columns):
        of_population, of_customers = (findings.tables[side].counts[at] for side in ("population", "customers"))
        for raw in range(len(column.codes)):
            level = int(column.level_of[raw])
            code = MISSING if level < 0 else column.levels[level].code
            for segment in range(K + 1):
                truth["population", column.name, code, segment] += int(of_population[segment, raw])
            truth["customers", column.name, code] += int(of_customers[:, raw].sum())
            if level < 0:
                kind = "blank" if column.status[raw] == Status.BLANK else "coded"
                truth[kind, column.name] += int(of_population[:, raw].sum())
    return truth
