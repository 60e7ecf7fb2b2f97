"""No text of a report escapes translation: built in a made-up language, nothing in plain English is left on it.

See ``tests.pseudo``: messages carry accents, labels have no vowels, so a plain vowel gives an untranslated text away.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from reportgen import language
from tests.cli.running import run
from tests.pseudo import pseudo, write_pseudo_words

CODE = "de"
_ATTRIBUTES = ("alt", "title", "aria-label", "content", "placeholder")
_SILENT = ("style", "script", "code", "cite")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_PLAIN = re.compile(r"[aeiouAEIOU]")
# Names of columns, codes, files, settings and programs, and addresses, are the same in every language.
_SAME = re.compile(
    r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\b[A-Z][A-Z0-9]{3,}\b|[\w.-]+\.(?:csv|toml|xlsx|pdf|html|json)\b|\b[a-z_]+(?:\.[a-z_]+)+\b"
    r"|\b[0-9a-f]{8,}\b|“[^”]*”|#[\w-]+"
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
    words = _WORD.findall(_SAME.sub(" ", text))
    return [word for word in words if _PLAIN.search(word) and len(word) > 1 and word not in _NAMES]


def untranslated(site: Path) -> Iterator[str]:
    """Yield file and text of everything that is left in English, once each."""
    seen = set()
    files = [*sorted(site.glob("*.html")), *sorted((site / "charts").glob("*.svg"))]
    for file in files:
        for text in texts_of(file.read_text("utf-8")):
            if text not in seen and plain_words(text):
                seen.add(text)
                yield f"{file.name}: {' '.join(text.split())} [{', '.join(plain_words(text)[:6])}]"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pseudo")
    assert run("demo", str(folder / "demo"), "--rows", "12000").code == 0
    for file in (folder / "demo" / "dictionary").glob(f"*.{CODE}.csv"):
        file.unlink()
    write_pseudo_words(folder / "demo" / "dictionary", CODE)
    config = folder / "demo" / "reportgen.toml"
    costs = "\n[campaign]\ncost_per_piece = 0.8\nmargin = 25\nbase_response = 0.02\nbudget = 2000\n"
    config.write_text(config.read_text("utf-8") + costs, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(language, "language", pseudo)
        done = run("build", "-c", str(config), "--quick", "--no-pdf", "--lang", CODE)
    assert done.code == 0, done.err
    return folder / "demo" / "output" / "latest" / "site"


def test_no_text_is_left_in_english(site: Path) -> None:
    left = list(untranslated(site))
    assert not left, f"{len(left)} texts, such as:\n" + "\n".join(left[:200])
