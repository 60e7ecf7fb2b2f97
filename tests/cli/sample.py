"""A small made-up pair of files: three kinds of people, ids and extra columns that must never be published."""

from __future__ import annotations

import copy
import csv
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

ID_MARK = "ID7Q"  # begins every id
SECRET_MARKS = ("mail-zz9", "memo-zz9")  # begin every value of the columns that the dictionary does not name
NO_PDF = ("--no-pdf", "--quick")

FEATURES = {
    "age": "age;person;numeric;[];Age;ascending",
    "income": "income;household;ordinal;[-1];Household income;ascending",
    "rural": "rural;building;ordinal;[-1];Distance to town;ascending",
    "home": "home;household;categorical;[X];Household;",
    "car": "car;household;binary;[];Owns a car;",
    "online": "online;person;ordinal;[-1];Buys online;ascending",
    "spend": "spend;person;numeric;[];Spending;ascending",
}
FEATURE_HEAD = "attribute;information_level;type;missing_or_unknown;label;direction"
LABELS = {
    "income": ("1 very low", "2 low", "3 below average", "4 above average", "5 high", "6 very high"),
    "rural": ("1 centre", "2 town", "3 suburb", "4 village", "5 countryside"),
    "home": ("single one person", "family family", "couple couple"),
    "car": ("y yes", "n no"),
    "online": ("1 never", "2 rarely", "3 sometimes", "4 often", "5 always"),
}
_MISSING = ["", "-1", "-1", "X", "", "-1", ""]
_LOW_INFORMATION = 0.06

Rows = list[list[str]]


@dataclass(frozen=True)
class Files:
    """Where a pair was written.

    Attributes
    ----------
    folder
        Holds everything; ``output`` below it is where reports go.
    """

    folder: Path

    @property
    def population(self) -> Path:
        return self.folder / "population.csv"

    @property
    def customers(self) -> Path:
        return self.folder / "customers.csv"

    @property
    def dictionary(self) -> Path:
        return self.folder / "features.csv"

    @property
    def values(self) -> Path:
        return self.folder / "values.csv"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    @property
    def latest(self) -> Path:
        return self.output / "latest"

    def inputs(self) -> list[str]:
        """Return the options that name the two files and their dictionary."""
        return [
            "--population", str(self.population), "--customers", str(self.customers),
            "--dictionary", str(self.dictionary),
        ]  # fmt: skip

    def options(self) -> list[str]:
        """Return the options of a fast build into ``output``."""
        return [*self.inputs(), "-o", str(self.output), *NO_PDF]

    def build(self) -> list[str]:
        """Return the whole command line of a fast build."""
        return ["build", *self.options()]


@dataclass
class Pair:
    """Two files and their dictionary as plain rows, to be changed and written.

    Attributes
    ----------
    head, customer_head
        Column names of the two files.
    features
        Lines of the dictionary by column.
    labels
        ``code label`` by column; empty for a dictionary without labels.
    """

    head: list[str]
    customer_head: list[str]
    population: Rows
    customers: Rows
    features: dict[str, str] = field(default_factory=lambda: dict(FEATURES))
    labels: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(LABELS))
    delimiter: str = ";"

    def set(self, column: str, value: str, *, rows: slice = slice(None), customers: slice = slice(None)) -> None:
        """Give some rows of both files one value in a column."""
        at = self.head.index(column)
        for row in [*self.population[rows], *self.customers[customers]]:
            row[at] = value

    def write(self, folder: Path) -> Files:
        """Write everything into a folder."""
        files = Files(folder)
        folder.mkdir(parents=True, exist_ok=True)
        _write(files.population, [self.head, *self.population], self.delimiter)
        _write(files.customers, [self.customer_head, *self.customers], self.delimiter)
        files.dictionary.write_text("\n".join([FEATURE_HEAD, *self.features.values()]) + "\n", encoding="utf-8")
        files.values.unlink(missing_ok=True)
        if self.labels:
            rows = [[name, *text.split(" ", 1)] for name, texts in self.labels.items() for text in texts]
            _write(files.values, [["attribute", "value", "label"], *rows], ";")
        return files


def _write(path: Path, rows: Rows, delimiter: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter, lineterminator="\n").writerows(rows)


def _people(count: int, first: int, mix: tuple[float, float, float], seed: int, hardly_known: float) -> Rows:
    """Draw people of three kinds, a share of them hardly known."""
    rng = np.random.default_rng(seed)
    rows: Rows = []
    for number in range(first, first + count):
        kind = int(rng.choice(3, p=mix))
        known = [
            str(int(np.clip(rng.normal((27, 45, 68)[kind], 4), 18, 95))),
            str(int(np.clip(rng.normal((2, 5, 3)[kind], 0.6), 1, 6).round())),
            str(int(np.clip(rng.normal((1, 3, 5)[kind], 0.5), 1, 5).round())),
            ("single", "family", "couple")[kind if rng.random() < 0.9 else int(rng.integers(3))],
            "ny"[int(rng.random() < (0.15, 0.95, 0.5)[kind])],
            str(int(np.clip(rng.normal((5, 4, 1)[kind], 0.6), 1, 5).round())),
            f"{rng.gamma(9, (7, 22, 12)[kind]):.2f}",
        ]
        rows.append([f"{ID_MARK}{number:06d}", *(_MISSING if rng.random() < hardly_known else known)])
    return rows


def make_pair(
    people: int = 600, customers: int = 150, *, secrets: bool = False, hardly_known: float = _LOW_INFORMATION
) -> Pair:
    """Draw a pair; half of the customers are in the population, one kind is over-represented among them.

    Parameters
    ----------
    secrets
        Whether both files have a column more that the dictionary does not name.
    hardly_known
        Share of people with too little data. By default too few customers are, so that nobody is set apart.
    """
    head = ["LNR", *FEATURES]
    population = _people(people, 1, (0.3, 0.4, 0.3), 1, hardly_known)
    known = [row for row in population if row[2] == "5"][: customers // 2]
    strangers = _people(customers - len(known), people + 1, (0.15, 0.6, 0.25), 2, hardly_known)
    pair = Pair(head, list(head), population, copy.deepcopy(known) + strangers)
    if secrets:
        for mark, names, rows in zip(
            SECRET_MARKS, ([*head, "mail"], [*head, "memo"]), (pair.population, pair.customers), strict=True
        ):
            for row in rows:
                row.append(f"{mark}-{row[0][-6:]}")
            if rows is pair.population:
                pair.head = names
            else:
                pair.customer_head = names
    return pair
