"""A small pair of files with everything that the analysis has to deal with, and its analysis."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reportgen.analysis.findings import Findings
from reportgen.analysis.publication import publish
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.run import analyse
from reportgen.analysis.segmentation import Model
from reportgen.analysis.settings import Settings
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.formatting import Formatter
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable

FEATURES = """\
attribute;information_level;type;missing_or_unknown;label;direction;role;sensitivity;more;less;family
AGE;person;numeric;[0];age;;;;older people;younger people;
INCOME;household;ordinal;[-1];household income;descending;;;high incomes;low incomes;money
SAVER;person;ordinal;[-1];saving;;;;savers;spenders;money
SAVER_ROUGH;person;ordinal;[-1];saving (rough);;;;;;money
MOVES;region;ordinal;[-1];moving;;;;;;
HOUSE;building;categorical;[];kind of house;;;;;;
SEX;person;binary;[];sex;;;;;;
YOUTH;person;mixed;[0];youth;;;;;;
CHILDREN;household;numeric;[];children;;;;;;
SHOP;person;categorical;[];favourite shop;;;;;;
CARS;region;ordinal;[];cars nearby;;;;;;
CARS_NEW;region;ordinal;[];new cars nearby;;;;;;
NATION;person;categorical;[];nation;;;special;;;
GAPS;person;ordinal;[];often unknown;;;;;;
HOBBY;person;ordinal;[];hobby;;describe;;;;
CONSTANT;person;ordinal;[];the same;;;;;;
EMPTY;person;ordinal;[9];nothing;;;;;;
THREE;person;binary;[];three answers;;;;;;
PLAIN_MIX;person;mixed;[];mixed without parts;;;;;;
"""
VALUES = """\
attribute;value;label
INCOME;1;very high
INCOME;2;high
INCOME;3;middle
INCOME;4;low
INCOME;5;very low
HOUSE;1;own house
HOUSE;2;terraced house
HOUSE;3;block of flats
HOUSE;4;tower
SEX;1;male
SEX;2;female
SHOP;a;corner shop
SHOP;b;market
SHOP;c;supermarket
"""
PARTS = """\
attribute;value;part;part_value
YOUTH;1;decade;40
YOUTH;2;decade;60
YOUTH;3;decade;60
YOUTH;4;decade;90
YOUTH;1;style;mainstream
YOUTH;2;style;mainstream
YOUTH;3;style;avantgarde
YOUTH;4;style;avantgarde
"""
# Mean of three traits by type, and the shares of the types.
_MEANS = np.array([[-1.5, -1.2, 1.0], [1.6, -1.0, -1.0], [-0.2, 1.7, 0.2], [1.3, 1.2, 1.6]])
_POPULATION = np.array([0.35, 0.30, 0.20, 0.15])
_CUSTOMERS = np.array([0.15, 0.20, 0.25, 0.40])
_KEPT_BY_LOW = {"AGE", "SEX", "MOVES"}
MISSING_TEXT = {"AGE": "0", "INCOME": "-1", "SAVER": "-1", "YOUTH": "0"}


@dataclass(frozen=True)
class Rows:
    """One side before it is written: column names, cells by row, and the planted type of each row."""

    header: tuple[str, ...]
    cells: list[list[str]]
    types: NDArray[np.int64]


@dataclass(frozen=True)
class Run:
    """A read and analysed pair."""

    table: CodedTable
    findings: Findings
    model: Model
    analysis: Analysis


def _cut(random: np.random.Generator, score: NDArray[np.float64], levels: int) -> NDArray[np.int64]:
    noisy = score + 0.5 * random.standard_normal(len(score))
    return np.asarray(np.clip(np.round(noisy * levels / 5 + (levels + 1) / 2), 1, levels), dtype=np.int64)


def draw_rows(
    seed: int, rows: int, shares: NDArray[np.float64] = _POPULATION, *, first_id: int = 1, low: float = 0.08
) -> Rows:
    """Draw one side; the last ``low`` share of the rows lacks nearly everything."""
    random = np.random.default_rng(seed)
    types = random.choice(len(shares), rows, p=shares)
    x, y, z = (_MEANS[types] + 0.5 * random.standard_normal((rows, 3))).T
    saver = _cut(random, y, 5)
    columns: dict[str, NDArray[np.int64] | list[str]] = {
        "LNR": np.arange(first_id, first_id + rows),
        "AGE": np.clip(np.round(50 + 12 * x + 3 * random.standard_normal(rows)), 18, 95).astype(np.int64),
        "INCOME": 6 - _cut(random, 0.7 * x + 0.7 * y, 5),
        "SAVER": saver,
        "SAVER_ROUGH": (saver > 3) + 1,
        "MOVES": _cut(random, z, 5),
        "HOUSE": np.array([0, 2, 4, 1, 3])[_cut(random, x - z, 4)],
        "SEX": (random.random(rows) < 0.5) + 1,
        "YOUTH": _cut(random, -x, 4),
        "CHILDREN": np.asarray(random.geometric(0.65, rows) - 1 + 9 * (random.random(rows) < 0.02)),
        "SHOP": ["abc"[i - 1] if random.random() > 0.01 else "zz" for i in _cut(random, z, 3)],
        "CARS": _cut(random, y + z, 4),
        "CARS_NEW": _cut(random, y - z, 4),
        "NATION": random.integers(1, 4, rows),
        "GAPS": [str(v) if random.random() < 0.5 else "" for v in _cut(random, y, 4)],
        "HOBBY": _cut(random, x, 5),
        "CONSTANT": np.ones(rows, dtype=np.int64),
        "EMPTY": ["9" if i % 2 else "" for i in range(rows)],
        "THREE": random.integers(1, 4, rows),
        "PLAIN_MIX": random.integers(11, 14, rows),
    }
    by_row = list(zip(*([str(value) for value in column] for column in columns.values()), strict=True))
    cells = [list(row) for row in by_row]
    _make_gaps(random, tuple(columns), cells, low)
    return Rows(tuple(columns), cells, types)


def _make_gaps(random: np.random.Generator, header: Sequence[str], cells: list[list[str]], low: float) -> None:
    poor = len(cells) - round(low * len(cells))
    both = [header.index(name) for name in ("CARS", "CARS_NEW")]
    for at, row in enumerate(cells):
        if random.random() < 0.1:
            for column in both:
                row[column] = ""
        for column, name in enumerate(header[1:], 1):
            if (at >= poor and name not in _KEPT_BY_LOW) or (name in MISSING_TEXT and random.random() < 0.03):
                row[column] = MISSING_TEXT.get(name, "")


def write_rows(path: Path, header: Sequence[str], cells: Sequence[Sequence[str]]) -> Path:
    """Write a semicolon file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\n")
        writer.writerow(header)
        writer.writerows(cells)
    return path


def write_dictionary(folder: Path, features: str = FEATURES, *, siblings: bool = True) -> Path:
    """Write the dictionary, with labels and parts beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "features.csv").write_text(features, encoding="utf-8")
    if not siblings:
        return folder
    (folder / "values.csv").write_text(VALUES, encoding="utf-8")
    (folder / "parts.csv").write_text(PARTS, encoding="utf-8")
    return folder


def population_rows(seed: int = 1, rows: int = 1_500, low: float = 0.08) -> Rows:
    """Draw the population."""
    return draw_rows(seed, rows, low=low)


def customer_rows(seed: int = 2, rows: int = 600, low: float = 0.2) -> Rows:
    """Draw customers who are not in the population."""
    return draw_rows(seed, rows, _CUSTOMERS, first_id=1_000_000, low=low)


PROVENANCE = Provenance(
    "Small", "", "2026-01-01", "20260101-00000000", 1, True, "separate", "LNR", "features.csv", True, (), {}, {}
)
QUICK = Settings(k_max=5, quick=True)


def run_files(
    folder: Path,
    population: Rows,
    customers: Rows | None,
    settings: Settings = QUICK,
    *,
    threads: int = 1,
    customer_where: tuple[str, str] | None = None,
    features: str = FEATURES,
    siblings: bool = True,
    language: str = "en",
) -> Run:
    """Write the files, read and analyse them; words of another language may lie in the dictionary's folder already."""
    dictionary = read_dictionary(write_dictionary(folder / "dictionary", features, siblings=siblings), language)
    people = write_rows(folder / "population.csv", population.header, population.cells)
    theirs = write_rows(folder / "customers.csv", customers.header, customers.cells) if customers else None
    blocks = folder / "blocks"
    blocks.mkdir()
    with threadpool_limits(1):
        table = ingest(dictionary, IngestRequest(people, theirs, customer_where=customer_where), blocks)
        findings, model = analyse(table, settings, LocalEngine(threads))
    return Run(table, findings, model, publish(findings, PROVENANCE, Formatter("en")))
