"""A file of 300 people from the command line to every file: what is held back is held back everywhere."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from tests.cli.running import prepare, read_analysis, run
from tests.unit.analysis.small import customer_rows, population_rows, write_dictionary, write_rows

MARKS = {"fewer than 10 people": "< 10", "withheld: with it a count under 10 could be worked out": "withheld"}
PEOPLE = {"population", "customers", "missing_blank", "missing_coded", "unknown_codes", "population_known",
          "customer_known", "people", "rows"}  # fmt: skip


@dataclass(frozen=True)
class Small:
    """A finished run on few people."""

    folder: Path
    private: Path
    analysis: dict[str, Any]

    def rows(self, table: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO((self.folder / "tables" / f"{table}.csv").read_text("utf-8-sig"))))

    def text(self, page: str) -> str:
        html = (self.folder / page).read_text("utf-8")
        return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).replace("\xa0", " ")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    folder = tmp_path_factory.mktemp("small")
    population, customers = population_rows(rows=300), customer_rows(rows=80)
    people = write_rows(folder / "population.csv", population.header, population.cells)
    theirs = write_rows(folder / "customers.csv", customers.header, customers.cells)
    dictionary = write_dictionary(folder / "dictionary")
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(
            "build", "--population", str(people), "--customers", str(theirs), "--dictionary", str(dictionary),
            "--id", "LNR", "-o", str(folder / "output"), "--quick", "--no-pdf",
        )  # fmt: skip
    assert done.code == 0, done.err
    made = Path(done.last_line).parents[1]
    return Small(made, folder / "output" / "private" / made.name, read_analysis(made))


def expected(record: dict[str, Any], key: str) -> str | float:
    """Return what a file has to show for a value of the JSON."""
    value = record[key]
    return MARKS.get(record[f"{key}_reason"], "") if value is None else value


def agree(cell: str, value: str | float) -> bool:
    return cell == value if isinstance(value, str) else float(cell) == pytest.approx(value, rel=1e-5, abs=1e-9)


def test_something_is_held_back(small: Small) -> None:
    assert {line["table"] for line in small.analysis["suppression"]} >= {"levels", "segment-levels", "columns"}


def test_levels_are_the_same_in_json_and_csv(small: Small) -> None:
    rows = small.rows("levels")
    levels = [(feature, level) for feature in small.analysis["features"] for level in feature["levels"]]
    assert len(rows) == len(levels)
    for row, (feature, level) in zip(rows, levels, strict=True):
        assert (row["feature"], row["code"]) == (feature["name"], level["code"])
        for column, key in (
            ("population", "population_count"), ("customers", "customer_count"), ("index", "index"), ("p_bh", "p_bh"),
        ):  # fmt: skip
            assert agree(row[column], expected(level, key)), (row, key)


def test_shares_within_segments_are_the_same_in_json_csv_and_html(small: Small) -> None:
    rows, seen = small.rows("segment-levels"), Counter[str]()
    letters = [segment["letter"] for segment in small.analysis["segments"]]
    levels = [level for feature in small.analysis["features"] for level in feature["levels"]]
    for row, level in zip(rows, levels, strict=True):
        reasons = level["segment_reasons"] or [""] * len(letters)
        for letter, share, reason in zip(letters, level["segment_shares"], reasons, strict=True):
            value = MARKS.get(reason, "") if share is None else share
            seen[str(value)] += 1
            assert agree(row[f"segment_{letter}"], value)
    assert seen["< 10"]
    assert seen["withheld"]
    for segment in small.analysis["segments"]:
        chart = small.folder / "tables" / f"segment-{segment['id']}-profile.csv"
        site = small.folder / "site" / "tables" / chart.name
        if site.exists():
            told = Counter(row["segment share"] for row in csv.DictReader(io.StringIO(site.read_text("utf-8-sig"))))
            page = small.text(f"site/segment-{segment['id']}.html")
            assert all(mark in page for mark in ("< 10", "withheld") if told[mark])


def test_missing_values_are_the_same_in_json_csv_and_html(small: Small) -> None:
    page = small.text("site/data.html")
    for row, column in zip(small.rows("columns"), small.analysis["quality"]["columns"], strict=True):
        for key in ("missing_blank", "missing_coded", "missing_share", "customers_missing_share", "unknown_codes"):
            assert agree(row[key], expected(column, key)), (row, key)
        if column["customers_missing_share"] is None:
            assert re.search(rf"{column['label']} (?:{column['name']} )?{column['type']} [^ ]+( %)? < 10", page)


def tables(small: Small) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for path in sorted((small.folder / "site" / "tables").glob("*.csv")):
        yield path.name, list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def test_no_table_holds_a_count_of_one_to_nine_people(small: Small) -> None:
    looked = 0
    for name, rows in tables(small):
        for row in rows:
            for key in PEOPLE & row.keys():
                looked += 1
                assert not re.fullmatch("[1-9]", row[key] or ""), (name, row)
    assert looked > 100


def test_the_single_file_tells_no_more_than_the_site(small: Small) -> None:
    assert small.text("report.html").count("< 10") >= small.text("site/data.html").count("< 10") > 0


def test_assignments_agree_with_the_published_segments(small: Small) -> None:
    rows = pq.read_table(small.private / "assignments.parquet").to_pylist()
    for side in ("population", "customers"):
        counted = Counter(row["segment"] for row in rows if row["source"] == side)
        published = {segment["id"]: segment[side]["count"] for segment in small.analysis["segments"]}
        assert counted == Counter(published)
        assert min(count for id_, count in published.items() if id_) >= 10
    model = json.loads((small.private / "model" / "model.json").read_text("utf-8"))
    assert model["segments"] == small.analysis["choice"]["k"] == len(published) - 1


def test_the_method_page_says_what_was_done(small: Small) -> None:
    page = small.text("site/method.html")
    found = sum(line["primary"] for line in small.analysis["suppression"])
    assert f"In this report {found} such counts were found" in page
    assert len(small.rows("suppression")) == len(small.analysis["suppression"])
