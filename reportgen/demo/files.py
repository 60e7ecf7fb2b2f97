"""The files of the demo: the pair, its dictionary and configuration, and the truth in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from reportgen.demo.people import draw_blocks
from reportgen.demo.planted import LOW_INFORMATION, PUBLISHED_ROWS, TYPES, DemoFiles, DemoSide
from reportgen.demo.text import csv_lines, header, row_ids
from reportgen.errors import ConfigError, InputError

LEAST_ROWS = 1_000
DICTIONARY_FILES = (
    "features.csv", "values.csv", "parts.csv", "features.de.csv", "values.de.csv", "parts.de.csv",
)  # fmt: skip

_CONFIG = """\
# A job for `reportgen build`. Paths are relative to this file; every other key has a default.

[inputs]
population = "population.csv"            # everybody: the people to be cut into segments
customers = "customers.csv"              # the customers, with the same columns
dictionary = "dictionary/features.csv"   # what each column and code means; values.csv and parts.csv lie beside it
id = "LNR"                               # the column that names a row

[report]
title = "Spring catalogue: customer segmentation"
data_as_of = "2026-11-01"                # printed on the first page

[output]
dir = "output"                           # every run gets a folder of its own in here
"""

_TRUTH = """\
# The truth behind the demo pair

For checking a report, never an input: the files here say which planted type each row was drawn from.

- `types.csv`: the planted types; shares among the rows that have enough information (type 1 and up), and the
  true index, 100 x customer share / population share. Type 0 stands for records with little information,
  its shares are of all rows.
- `types.npz`: arrays `population` and `customers`, the type of each row (int8) in the order of the files.

Given its type, a row is drawn alike on both sides, and records with little information are alike too. So
nothing but the shares of the types and of those records makes customers differ from the population. (One
person of the population has a building type that no customer has.)
"""


def write_files(directory: Path, rows: int, seed: int, progress: Callable[[str], None] | None) -> DemoFiles:
    """Write the demo; see ``reportgen.demo.write_demo``."""
    if rows < LEAST_ROWS:
        raise ConfigError(f"the demo cannot have {rows:,} rows", f"Ask for {LEAST_ROWS:,} or more.")
    if seed < 0:
        raise ConfigError(f"the seed cannot be {seed}", "Give a whole number from 0.")
    say = progress or (lambda _: None)
    customer_rows = round(rows * PUBLISHED_ROWS["customers"] / PUBLISHED_ROWS["population"])
    demo = DemoFiles(
        directory, directory / "population.csv", directory / "customers.csv",
        directory / "dictionary" / "features.csv", directory / "reportgen.toml", directory / "truth",
        rows, customer_rows,
    )  # fmt: skip
    there = [path.name for path in (demo.population, demo.customers, demo.config) if path.exists()]
    if there and not demo.truth.is_dir():  # which only a demo has
        raise InputError(
            f"{directory} holds files that no demo wrote: {', '.join(there)}",
            "Choose another folder; only the files of an earlier demo are replaced.",
        )
    try:
        for folder in (directory, demo.dictionary.parent, demo.truth):
            folder.mkdir(parents=True, exist_ok=True)
        population = _write_side(demo, "population", seed, say)
        customers = _write_side(demo, "customers", seed, say)
        _write_dictionary(demo.dictionary.parent)
        _write_truth(demo.truth, population, customers)
        with _complete(demo.config) as file:
            file.write(_CONFIG.encode())
    except OSError as error:
        raise InputError(
            f"cannot write the demo to {directory}: {error.strerror or error}", "Choose another folder, or make room."
        ) from error
    say(f"demo written to {directory}")
    return demo


@contextmanager
def _complete(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its name only once it is complete."""
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write_side(demo: DemoFiles, side: DemoSide, seed: int, say: Callable[[str], None]) -> NDArray[np.int8]:
    path, rows = (
        (demo.population, demo.population_rows) if side == "population" else (demo.customers, demo.customer_rows)
    )
    types: list[NDArray[np.int8]] = []
    done = 0
    with _complete(path) as file:
        file.write(header())
        for people in draw_blocks(rows, seed, side):
            size = len(people.types)
            ids = row_ids(done, size, side, demo.population_rows, demo.customer_rows)
            file.write(csv_lines(people, ids, side))
            types.append(people.types)
            done += size
            say(f"{side}: {done:,} of {rows:,} rows")
    return np.concatenate(types)


def _write_dictionary(folder: Path) -> None:
    for name in DICTIONARY_FILES:
        with _complete(folder / name) as file:
            file.write(files("reportgen.azdias").joinpath(name).read_bytes())


def _write_truth(folder: Path, population: NDArray[np.int8], customers: NDArray[np.int8]) -> None:
    low = LOW_INFORMATION
    lines = ["type;name;population_share;customer_share;true_index"]
    lines.append(f"0;records with little information;{low['population']};{low['customers']};")
    lines += [
        f"{planted.number};{planted.name};{planted.population_share};{planted.customer_share};{planted.index:.4f}"
        for planted in TYPES
    ]
    with _complete(folder / "types.csv") as file:
        file.write(("\n".join(lines) + "\n").encode())
    with _complete(folder / "types.npz") as file:
        np.savez_compressed(file, population=population, customers=customers)
    with _complete(folder / "README.md") as file:
        file.write(_TRUTH.encode())
