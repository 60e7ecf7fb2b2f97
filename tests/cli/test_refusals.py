"""Input that cannot be used: one clear message, exit 1, and the last good report as it was.

One row per case: what is spoilt, and what the message must say.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.running import leftovers, published, run
from tests.cli.sample import Files, Pair, make_pair


@dataclass
class Job:
    """A good pair that already has a report, to be spoilt."""

    pair: Pair
    files: Files

    def write(self) -> None:
        """Write the changed pair over the good one."""
        self.pair.write(self.files.folder)

    def replace(self, name: str, old: str, new: str) -> None:
        """Change the text of a file."""
        path = self.files.folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def config(self, text: str) -> list[str]:
        """Write a configuration beside the good files; return the options that use it."""
        path = self.files.folder / "job.toml"
        path.write_text(text, encoding="utf-8")
        return ["-c", str(path)]


@dataclass(frozen=True)
class Refusal:
    """One case.

    Attributes
    ----------
    name
        For the test's id.
    spoil
        Makes the input unusable and returns further options.
    says
        What stands in the message: what, where, which value, what to do.
    """

    name: str
    spoil: Callable[[Job], Sequence[str] | None]
    says: tuple[str, ...]


def raw(name: str, content: bytes) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        (job.files.folder / name).write_bytes(content)

    return spoil


def missing(name: str) -> Callable[[Job], None]:
    return lambda job: (job.files.folder / name).unlink()


def replaced(name: str, old: str, new: str) -> Callable[[Job], None]:
    return lambda job: job.replace(name, old, new)


def configured(text: str) -> Callable[[Job], Sequence[str]]:
    return lambda job: job.config(text)


def directory(job: Job) -> None:
    job.files.population.unlink()
    job.files.population.mkdir()


def header_only(name: str) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        path = job.files.folder / name
        path.write_text(path.read_text("utf-8").partition("\n")[0] + "\n", encoding="utf-8")

    return spoil


def wrong_delimiter(job: Job) -> Sequence[str]:
    job.pair.delimiter = "\t"
    job.write()
    return job.config('[inputs]\ndelimiter = ";"\n')


def ragged(row: int, cells: int, *, customers: bool = False) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        rows = job.pair.customers if customers else job.pair.population
        rows[row] = (rows[row] * 2)[:cells]
        job.write()

    return spoil


def doubled_column(job: Job) -> None:
    job.pair.head[3] = "age"
    job.write()


def declared(*lines: str) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        job.pair.features |= {line.partition(";")[0]: line for line in lines}
        job.write()

    return spoil


def misspelt(job: Job) -> None:
    del job.pair.features["online"], job.pair.labels["online"]
    declared("hight;person;numeric;[]", "onlin;person;ordinal;[]")(job)


def renamed_in_customers(job: Job) -> None:
    job.pair.customer_head[2] = "Income"
    job.write()


def doubled_id(*, customers: bool = False) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        rows = job.pair.customers if customers else job.pair.population
        rows[29][0] = rows[4][0]
        job.write()

    return spoil


def cut(people: int | None, customers: int | None) -> Callable[[Job], None]:
    def spoil(job: Job) -> None:
        job.pair.population = job.pair.population[:people]
        job.pair.customers = job.pair.customers[:customers]
        job.write()

    return spoil


def zipped(job: Job) -> None:
    content = job.files.population.read_bytes()
    with zipfile.ZipFile(job.files.population, "w") as archive:
        archive.writestr("inside.csv", content)


def many_texts(job: Job) -> None:
    pair = make_pair(1100)
    pair.set("home", "")
    at = pair.head.index("home")
    for number, row in enumerate(pair.population):
        row[at] = f"street {number}"
    pair.labels.pop("home")
    pair.write(job.files.folder)


def output_is_a_file(job: Job) -> Sequence[str]:
    (job.files.folder / "report.txt").write_text("mine", encoding="utf-8")
    return ["-o", str(job.files.folder / "report.txt")]


TYPES = "categorical, binary, ordinal, numeric, interval, mixed"
REFUSALS = (
    Refusal("population missing", missing("population.csv"), ("file not found: ", "job/population.csv", "Check the")),
    Refusal("customers missing", missing("customers.csv"), ("file not found: ", "job/customers.csv", "Check the path")),
    Refusal("empty file", raw("population.csv", b""), ("population.csv is empty (0 bytes)", "names the columns")),
    Refusal("blank lines only", raw("customers.csv", b"\n  \n\n"), ("customers.csv is empty", "first line")),
    Refusal("population header only", header_only("population.csv"), ("population.csv has a header but no rows",)),
    Refusal("customers header only", header_only("customers.csv"), ("customers.csv has a header but no rows",)),
    Refusal(
        "a directory", directory, ("job/population.csv is a directory without any file", "the folder of its parts")
    ),
    Refusal(
        "a NUL byte",
        raw("customers.csv", b"LNR;age\n1;2\n3;\x00\n"),
        ("customers.csv line 3: not text", "NUL byte", "Give a CSV file in UTF-8"),
    ),
    Refusal("a picture", raw("population.csv", b"\x89PNG\r\n\x1a\n\x00\x00"), ("population.csv", "not text", "CSV")),
    Refusal("old workbook", raw("population.csv", b"\xd0\xcf\x11\xe0xls"), ("population.csv is an old Excel", ".xlsx")),
    Refusal(
        "wrong delimiter",
        wrong_delimiter,
        ("population.csv line 1: one column found with the delimiter ';'", "A tab would give 8 columns"),
    ),
    Refusal("no delimiter", raw("customers.csv", b"LNR\n1\n2\n"), ("customers.csv line 1: one column found",)),
    Refusal(
        "ragged line, too long", ragged(250, 10), ("population.csv line 252: 10 cells instead of 8", "delimiter ';'")
    ),
    Refusal("ragged line, too short", ragged(17, 3, customers=True), ("customers.csv line 19: 3 cells instead of 8",)),
    Refusal(
        "duplicate column names",
        doubled_column,
        ("population.csv: two columns are named age (columns 2 and 4)", "Rename or remove"),
    ),
    Refusal(
        "dictionary names a column that is not there",
        misspelt,
        (
            "population.csv lacks 2 columns of features.csv: hight, onlin",
            "onlin: did you mean online?",
            "role = ignore",
        ),
    ),
    Refusal(
        "column missing in the customer file",
        renamed_in_customers,
        ("customers.csv lacks 1 column that the population has: income", "did you mean Income?"),
    ),
    Refusal(
        "unknown type word",
        declared("age;person;numerical;[];Age;"),
        ("features.csv line 2: type 'numerical' is not known", f"Use one of {TYPES}. Did you mean 'numeric'?"),
    ),
    Refusal(
        "duplicate ids",
        doubled_id(),
        ("population.csv: id ID7Q000005 in column LNR stands on line 6 and again on line 31", "id of its own"),
    ),
    Refusal(
        "duplicate ids among customers", doubled_id(customers=True), ("customers.csv: id ID7Q", "line 6", "line 31")
    ),
    Refusal("too few people", cut(199, None), ("population.csv has 199 rows, fewer than 200", "give a larger file")),
    Refusal("too few customers", cut(None, 29), ("customers.csv has 29 customers, fewer than 30", "larger file")),
    Refusal(
        "text column with too many levels",
        many_texts,
        ("population.csv: column home (categorical) has more than 1,000", ", such as '", "role = ignore for home"),
    ),
    Refusal("zip archive", zipped, ("population.csv is a zip archive", "Unpack it")),
    Refusal(
        "configuration with every kind of mistake",
        configured('[analysis]\nkmax = 3\nmax_missing = 2\nseed = "x"\n[repot]\ntitle = "y"\n'),
        (
            "the settings have 4 problems:",
            "analysis.kmax (job.toml line 2): unknown key; did you mean k_max?",
            "analysis.max_missing = 2 (job.toml line 3): needs a number above 0 and below 1",
            'analysis.seed = "x" (job.toml line 4): needs a whole number',
            "repot (job.toml line 5): unknown table; did you mean [report]?",
        ),
    ),
    Refusal("configuration that is not TOML", configured("[inputs\n"), ("job.toml line 1, column 8", "brackets")),
    Refusal("configuration missing", lambda _: ["-c", "no.toml"], ("configuration no.toml: not found", "init")),
    Refusal("option out of range", lambda _: ["--k", "99"], ("analysis.k = 99 (--k): needs a whole number from 2 to",)),
    Refusal("dictionary missing", missing("features.csv"), ("feature dictionary not found: ", "--dictionary", "init")),
    Refusal("dictionary empty", raw("features.csv", b""), ("features.csv is empty", "attribute, information_level")),
    Refusal("dictionary is no text", raw("features.csv", b"PK\0\3"), ("features.csv is not a text file", "CSV UTF-8")),
    Refusal(
        "dictionary without a column",
        replaced("features.csv", "missing_or_unknown", "gaps"),
        ("features.csv line 1: column missing_or_unknown is missing", "must name the columns"),
    ),
    Refusal(
        "missing codes without brackets",
        declared("age;person;numeric;-1;Age;"),
        ("features.csv line 2: missing_or_unknown of age is '-1'", "in brackets, such as [-1,X]"),
    ),
    Refusal(
        "label for a stranger",
        replaced("values.csv", "income;1", "incom;1"),
        ("values.csv line 2: incom is not declared", "Did you mean income?"),
    ),
    Refusal("unknown id column", lambda _: ["--id", "lnr"], ("population.csv has no id column lnr", "you mean LNR?")),
)
OF_THE_OUTPUT = (Refusal("output is a file", output_is_a_file, ("report.txt", "-o")),)
CASES = [
    *(("build", case) for case in REFUSALS + OF_THE_OUTPUT),
    *(("check", case) for case in REFUSALS),
]


@pytest.fixture
def job(reported: Files, tmp_path: Path) -> Job:
    """Write the good pair anew into a folder whose report goes where the good one is."""
    pair = make_pair()
    return Job(pair, pair.write(tmp_path / "job"))


@pytest.mark.parametrize(
    ("command", "case"), [pytest.param(command, case, id=f"{command}: {case.name}") for command, case in CASES]
)
def test_refused(command: str, case: Refusal, job: Job, reported: Files) -> None:
    before = published(reported.output)
    assert before
    options = ["-o", str(reported.output), *(case.spoil(job) or [])]
    done = run(command, *job.files.options(), *options)
    assert done.code == 1, done.err
    assert done.out == ""
    assert done.err.count("error: ") == 1
    assert "Traceback" not in done.err
    assert "should not happen" not in done.err
    for words in case.says:
        assert words in done.error
    assert published(reported.output) == before
    assert leftovers(reported.output) == []


def test_all_files_are_still_good_after_that(reported: Files, job: Job) -> None:
    done = run(*job.files.build(), "-o", reported.output, "--k", "2")
    assert done.code == 0


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("bougth=yes", ("population.csv has no column bougth", "Did you mean bought?")),
        ("bought=ja", ("no row has 'ja' in column bought", "Values that occur there: no (500), yes (100).")),
        ("bought", ("inputs.customer_where", "--customer-where", 'such as "y=yes"')),
        ("age=40", ("column age marks the customers and is also a feature", "role = ignore for age")),
    ],
)
def test_customer_column_that_marks_nobody(value: str, says: tuple[str, ...], job: Job, reported: Files) -> None:
    job.pair.head.append("bought")
    for at, row in enumerate(job.pair.population):
        row.append("yes" if at % 6 == 0 else "no")
    job.write()
    before = published(reported.output)
    options = ["--customer-where", value, "--dictionary", str(job.files.dictionary), "--no-pdf"]
    done = run("build", "--population", job.files.population, *options, "-o", reported.output)
    assert (done.code, done.out) == (1, "")
    for words in says:
        assert words in done.error
    assert published(reported.output) == before
