"""What is odd but usable builds, and is told on the terminal, on the data page and in analysis.json."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import pytest

from tests.cli.running import Outcome, read_analysis, run
from tests.cli.sample import SECRET_MARKS, Files, Pair, make_pair


@dataclass(frozen=True)
class Report:
    """What one build said in its three places."""

    outcome: Outcome
    page: str
    findings: tuple[tuple[str, str], ...]
    files: Files


def build(pair: Pair, folder: Path) -> Report:
    files = pair.write(folder)
    done = run(*files.build(), "--k", "2", "--no-single-file")
    assert done.code == 0, done.err
    page = (files.latest / "site" / "data.html").read_text("utf-8")
    analysis = read_analysis(files.latest)
    findings = tuple((finding["column"], finding["message"]) for finding in analysis["quality"]["findings"])
    text = re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", page)))
    return Report(done, text, findings, files)


def all_missing(pair: Pair) -> None:
    pair.set("spend", "")


def constant(pair: Pair) -> None:
    pair.set("car", "y")


def undeclared(pair: Pair) -> None:
    for head, rows in ((pair.head, pair.population), (pair.customer_head, pair.customers)):
        head.append("mail")
        for row in rows:
            row.append(f"{SECRET_MARKS[0]}-{row[0]}")


def extra_customer_column(pair: Pair) -> None:
    pair.customer_head.append("memo")
    for row in pair.customers:
        row.append(f"{SECRET_MARKS[1]}-{row[0]}")


def unlisted_code(pair: Pair) -> None:
    pair.set("income", "9", rows=slice(0, 7), customers=slice(0, 2))


def frequent_unlisted_code(pair: Pair) -> None:
    pair.set("income", "9", rows=slice(0, 20), customers=slice(0, 12))


def level_of_customers_alone(pair: Pair) -> None:
    pair.labels["home"] += ("boat houseboat",)
    pair.set("home", "boat", rows=slice(0, 0), customers=slice(0, 3))


def without_labels(pair: Pair) -> None:
    pair.labels = {}


OTHER = 'counted, shown as "other", treated as missing in the distance'
# What spoils the files, the column, what the terminal says, and what the report says where that counts no rows.
CASES: dict[str, tuple[Callable[[Pair], None], str, str, str]] = {
    "column all missing": (all_missing, "spend", "no row of the population has a value", ""),
    "constant column": (
        constant,
        "car",
        "only one value occurs in the population: y (600 rows)",
        "only one value occurs in the population: y",
    ),
    "undeclared column": (undeclared, "mail", "not in the dictionary: left out of the analysis", ""),
    "extra customer column": (
        extra_customer_column,
        "memo",
        "only the customer file has this column, and the dictionary does not name it: left out",
        "",
    ),
    "code outside the listed values": (
        unlisted_code,
        "income",
        f"code 9 (9 rows) is not in the dictionary: {OTHER}",
        f"one code (fewer than 10 rows) is not in the dictionary: {OTHER}",
    ),
    "frequent code outside the listed values": (
        frequent_unlisted_code,
        "income",
        f"code 9 (32 rows) is not in the dictionary: {OTHER}",
        f"code 9 is not in the dictionary: {OTHER}",
    ),
    "level that the population lacks": (
        level_of_customers_alone,
        "home",
        f"code boat (3 customers) does not occur in the population: {OTHER}",
        f"one code (fewer than 10 customers) does not occur in the population: {OTHER}",
    ),
    "dictionary without labels": (
        without_labels,
        "",
        "the dictionary has no labels for codes: the report shows bare codes (values.csv can name them)",
        "",
    ),
}


def published(name: str) -> str:
    """Return what the report says of a case."""
    return CASES[name][3] or CASES[name][2]


@pytest.mark.parametrize("name", CASES)
def test_it_builds_and_is_told_in_three_places(name: str, tmp_path: Path) -> None:
    spoil, column, message, _ = CASES[name]
    pair = make_pair()
    spoil(pair)
    report = build(pair, tmp_path / "job")
    assert (column, published(name)) in report.findings
    assert (f"{column}: {message}" if column else message) in report.outcome.warnings
    assert published(name)[1:] in report.page  # without a column it begins with a capital there
    assert len(report.outcome.warnings) == len(report.findings)
    assert Path(report.outcome.last_line).is_file()


def test_clean_files_give_no_warning(built: Files) -> None:
    analysis = read_analysis(built.latest)
    assert analysis["quality"]["findings"] == []
    assert analysis["quality"]["undeclared"] == []


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Build with all oddities at once."""
    pair = make_pair()
    for name, (spoil, *_) in CASES.items():
        if "code outside" not in name and name != "level that the population lacks":  # these need labels
            spoil(pair)
    return build(pair, tmp_path_factory.mktemp("everything"))


def test_all_at_once(everything: Report) -> None:
    names = (
        "column all missing",
        "constant column",
        "undeclared column",
        "extra customer column",
        "dictionary without labels",
    )
    assert sorted(message for _, message in everything.findings) == sorted(map(published, names))
    order = [column for column, _ in everything.findings]
    warned = [f"{CASES[name][1]}: {CASES[name][2]}" if CASES[name][1] else CASES[name][2] for name in names]
    assert sorted(everything.outcome.warnings) == sorted(warned)
    assert [
        w.split(": ")[0] if column else "" for w, column in zip(everything.outcome.warnings, order, strict=True)
    ] == (order)


def test_columns_that_do_not_help_stay_out_of_the_distance(everything: Report) -> None:
    columns = read_analysis(everything.files.latest)["quality"]["columns"]
    use = {column["name"]: (column["use"], column["dropped"]) for column in columns}
    assert use["spend"][0] != "distance"
    assert use["car"][0] != "distance"
    assert use["age"] == ("distance", False)


def test_undeclared_columns_are_described_without_a_value(everything: Report) -> None:
    told = read_analysis(everything.files.latest)["quality"]["undeclared"]
    assert [(column["name"], column["side"], column["distinct"]) for column in told] == [
        ("mail", "population", 600),
        ("mail", "customers", 150),
        ("memo", "customers", 150),
    ]
    public = b"".join(path.read_bytes() for path in everything.files.latest.rglob("*") if path.is_file())
    assert public
    for mark in SECRET_MARKS:
        assert mark.encode() not in public


def test_unknown_codes_are_counted_and_shown_as_other(tmp_path: Path) -> None:
    pair = make_pair()
    frequent_unlisted_code(pair)
    report = build(pair, tmp_path / "job")
    analysis = read_analysis(report.files.latest)
    income = next(column for column in analysis["quality"]["columns"] if column["name"] == "income")
    assert income["unknown_codes"] == 20
    levels = next(feature for feature in analysis["features"] if feature["name"] == "income")["levels"]
    assert levels[-1]["code"] == "other"
    known = sum(row[2] != "-1" for row in pair.population)
    assert levels[-1]["population_share"] == pytest.approx(20 / known)


def test_few_unknown_codes_are_counted_with_a_level_and_not_by_number(tmp_path: Path) -> None:
    pair = make_pair()
    unlisted_code(pair)
    report = build(pair, tmp_path / "job")
    analysis = read_analysis(report.files.latest)
    income = next(column for column in analysis["quality"]["columns"] if column["name"] == "income")
    assert income["unknown_codes"] is None
    assert income["unknown_codes_reason"] == "fewer than 10 people"
    levels = next(feature for feature in analysis["features"] if feature["name"] == "income")["levels"]
    assert "other" not in [level["code"] for level in levels]
    known = sum(row[2] != "-1" for row in pair.population)
    assert sum(level["population_count"] for level in levels) == known


def test_many_warnings_are_cut_on_the_terminal_and_kept_in_the_report(tmp_path: Path) -> None:
    pair = make_pair()
    for head, rows in ((pair.head, pair.population), (pair.customer_head, pair.customers)):
        head += [f"extra{number}" for number in range(25)]
        for row in rows:
            row += ["1"] * 25
    report = build(pair, tmp_path / "job")
    assert len(report.findings) == 25
    assert len(report.outcome.warnings) == 21
    assert report.outcome.warnings[-1] == "and 5 more, all of them on the data page"
    assert all(f"extra{number}: not in the dictionary" in report.page for number in range(25))
