"""No text of a report escapes translation: built in a made-up language, nothing in plain English is left on it.

See ``tests.pseudo``: messages carry accents, labels have no vowels, so a plain vowel gives an untranslated text away.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reportgen import language
from tests.cli.running import run
from tests.pseudo import pseudo, write_pseudo_words

pytestmark = pytest.mark.xdist_group("words")  # each issue follows the one before
CODE = "de"
_ATTRIBUTES = ("alt", "title", "aria-label", "content", "placeholder")
_SILENT = ("style", "script", "code", "cite")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PLAIN = re.compile(r"[aeiouAEIOU]")
# Names of columns, codes, files, settings and programs, and addresses, are the same in every language.
_SAME = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[A-Z][A-Z0-9]{3,}\b|[\w./-]+\.(?:csv|toml|xlsx|pdf|html|json)\b"
    r"|\b[a-z_]+(?:\.[a-z_]+)+\b|\b[0-9a-f]{8,}\b|“[^”]*”|#[\w-]+"
)
_NAMES = frozenset(
    [
        "AZDIAS",
        "LNR",
        "reportgen",
        "numpy",
        "scipy",
        "pandas",
        "pyarrow",
        "matplotlib",
        "weasyprint",
        "jinja",
        "babel",
        "click",
        "python",
        "scikit-learn",
        "scikit",
        "learn",
        "CSV",
        "SHA",
        "PDF",
        "ROC",
        "und",
        "oder",
        "November",
        "Spring",
        "catalogue",
        "customer",
        "segmentation",
        "UTF",
        "utf",
        "UTC",
        "auto",
        "en",
        "de",
        "true",
        "false",
        "null",
        "id",
        "Linux",
        "CPython",
        "device",
        "initial",
        "scale",
        "width",
        "EUR",
    ]
)

# What stands where a code of the data would: those of pooled levels, and values of settings, which hold rules too.
_CODES = frozenset(["rare", "other", "components", "schema"])
_RULE = re.compile(r"\b[a-z]+[<>][\d.]+")


class _Texts(HTMLParser):
    """Collects what a page says: its text, and what it says of pictures and controls."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _SILENT or (tag == "td" and "code" in (given.get("class") or "")):
            self._silent.append(tag)
        if tag == "meta" and given.get("name") not in ("description", "keywords"):
            return
        self.found += [value for name in _ATTRIBUTES if (value := given.get(name))]

    def handle_endtag(self, tag: str) -> None:
        if self._silent and self._silent[-1] == tag:
            self._silent.pop()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def texts_of(page: str) -> list[str]:
    """Return the texts of an HTML page or a drawing."""
    parser = _Texts()
    parser.feed(page)
    return parser.found


def plain_words(text: str) -> list[str]:
    """Return the words of a text that no language was asked for."""
    words = _WORD.findall(_RULE.sub(" ", _SAME.sub(" ", text)))
    return [word for word in words if _PLAIN.search(word) and len(word) > 1 and word not in _NAMES]


def untranslated(site: Path) -> Iterator[str]:
    """Yield file and text of everything that is left in English, once each."""
    seen = set()
    files = [*sorted(site.glob("*.html")), *sorted((site / "charts").glob("*.svg"))]
    for file in files:
        for text in texts_of(file.read_text("utf-8")):
            if text not in seen and text.strip() not in _CODES and plain_words(text):
                seen.add(text)
                yield f"{file.name}: {' '.join(text.split())} [{', '.join(plain_words(text)[:6])}]"


def rewrite(file: Path, change: Callable[[int, dict[str, str]], dict[str, str] | None]) -> None:
    """Change or leave out every row of a data file."""
    with file.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source, delimiter=";"))
    kept = [new for number, row in enumerate(rows) if (new := change(number, row)) is not None]
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]), delimiter=";", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def next_month(number: int, row: dict[str, str]) -> dict[str, str] | None:
    """Let some people go, one feature drift, one have more gaps, one lose a code and one get a new one."""
    if number % 50 == 0:
        return None
    row = dict(row)
    if number % 2:
        row["SEMIO_REL"] = "1"
    if number % 7 == 0:
        row["FINANZTYP"] = ""
    if row["SHOPPER_TYP"] == "0":
        row["SHOPPER_TYP"] = "1"
    if number % 90 == 0:
        row["ZABEOTYP"] = "17"
    return row


def other_customers(number: int, row: dict[str, str]) -> dict[str, str] | None:
    """Leave out most of the customers with one code, so that segments gain and lose."""
    return None if row["FINANZ_MINIMALIST"] in "45" and number % 10 else next_month(number, row)


class Job:
    """Issues of a report in the made-up language, each built of the files as they are then."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        assert run("demo", str(folder), "--rows", "12000").code == 0
        for file in (folder / "dictionary").glob(f"*.{CODE}.csv"):
            file.unlink()
        write_pseudo_words(folder / "dictionary", CODE)
        self.config = folder / "reportgen.toml"
        costs = "\n[campaign]\ncost_per_piece = 0.8\nmargin = 25\nbase_response = 0.02\nbudget = 2000\n"
        self.config.write_text(self.config.read_text("utf-8") + costs, "utf-8")

    def build(self, *more: str, code: int = 0) -> Path:
        """Build an issue and return the folder of its run; in one process, since others do not know the language."""
        before = set(self._runs())
        done = run("build", "-c", str(self.config), "--quick", "--no-pdf", "--lang", CODE, "--threads", "1", *more)
        assert done.code == code, done.err
        (made,) = set(self._runs()) - before
        return made

    def _runs(self) -> Iterator[Path]:
        return (self.folder / "output" / "runs").glob("[0-9]*")


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Job]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "language", pseudo)
        yield Job(tmp_path_factory.mktemp("pseudo") / "demo")


@pytest.fixture(scope="module")
def first(job: Job) -> Path:
    return job.build()


@pytest.fixture(scope="module")
def held_back(job: Job, first: Path) -> Path:
    """Build the next issue of other data: its segments are kept, and gates fail."""
    rewrite(job.folder / "population.csv", next_month)
    rewrite(job.folder / "customers.csv", other_customers)
    return job.build("--fail-on", "drift>0.05, unknown>0.9, missing>0.01, stability<0.99, agreement<0.01, k>99", code=3)


@pytest.fixture(scope="module")
def refitted(job: Job, held_back: Path) -> Path:
    """Build the same data with segments that are built anew."""
    return job.build("--refit")


def check(run: Path) -> None:
    left = list(untranslated(run / "site"))
    assert not left, f"{len(left)} texts, such as:\n" + "\n".join(left[:200])


def test_no_text_is_left_in_english(first: Path) -> None:
    check(first)


@pytest.mark.slow
def test_no_text_about_kept_segments_is_left_in_english(held_back: Path) -> None:
    changes = json.loads((held_back / "analysis.json").read_text("utf-8"))["changes"]
    assert (changes["model"], bool(changes["alarms"])) == ("frozen", True)
    check(held_back)
    assert not [text for text in texts_in_changes(held_back) if plain_words(text)]


@pytest.mark.slow
def test_no_text_about_segments_built_anew_is_left_in_english(refitted: Path) -> None:
    changes = json.loads((refitted / "analysis.json").read_text("utf-8"))["changes"]
    assert changes["model"] == "refitted"
    check(refitted)
    assert not [text for text in texts_in_changes(refitted) if plain_words(text)]


def texts_in_changes(run: Path) -> list[str]:
    """Return the sentences and reasons of the comparison and of the gates, wherever a page has room for them."""
    analysis = json.loads((run / "analysis.json").read_text("utf-8"))
    changes, gates = analysis["changes"], analysis["gates"]
    found = [*changes["alarms"], *changes["notes"], *changes["recommendation"], changes["refit_reason"]]
    found += [gate["sentence"] for gate in gates]
    return [*found, *reasons_in(changes), *reasons_in(gates)]


def reasons_in(tree: object) -> Iterator[str]:
    """Yield every reason that stands beside a figure which is not given."""
    if isinstance(tree, list):
        for item in tree:
            yield from reasons_in(item)
    elif isinstance(tree, dict):
        for key, value in tree.items():
            if key.endswith("_reason") and isinstance(value, str):
                yield value
            yield from reasons_in(value)
