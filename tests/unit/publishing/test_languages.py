"""What stands around the issues speaks the language of the latest, and says of each issue in which it is."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from reportgen import language
from reportgen.publishing.folder import FolderDestination
from reportgen.publishing.issue import read_bundle, read_issue
from tests.e2e.test_every_word_is_translated import plain_words, texts_of
from tests.pseudo import pseudo
from tests.unit.publishing.runs import NOW, publish_run, write_run

GATE = "k: 7, > 5"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "share").mkdir()
    return tmp_path / "share"


def publish(tmp_path: Path, place: Path, month: int, lang: str, gates: tuple[str, ...] = ()) -> Path:
    run = write_run(tmp_path / "output", month, title="Brrr", gates=gates, lang=lang)
    publish_run(run, FolderDestination(place), force=True, now=NOW + timedelta(days=month))
    return place / run.name


def test_a_german_issue_makes_the_archive_german(tmp_path: Path, place: Path) -> None:
    first = publish(tmp_path, place, 3, "en", (GATE,))
    page = (place / "index.html").read_text("utf-8")
    assert '<html lang="en">' in page
    assert "All issues" in page
    assert 'lang="de"' not in page
    latest = publish(tmp_path, place, 4, "de", (GATE,))
    page = (place / "index.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "1. April 2026" in page
    assert "Alle Ausgaben" in page
    assert page.count('lang="en"') == 2, "headline and note of the English issue"
    assert "Published although a gate failed" in page
    assert "Veröffentlicht, obwohl" in page
    assert '<html lang="de">' in (place / "latest" / "index.html").read_text("utf-8")
    assert [read_issue((run / "manifest.json").read_bytes(), "").language for run in (first, latest)] == ["en", "de"]


def test_the_feed_names_the_language_of_entries_that_speak_another(tmp_path: Path, place: Path) -> None:
    publish(tmp_path, place, 3, "en")
    publish(tmp_path, place, 4, "de")
    feed = etree.fromstring((place / "feed.xml").read_bytes())
    entries = feed.findall("{*}entry")
    assert [feed.get(LANG), *(entry.get(LANG) for entry in entries)] == ["de", None, "en"]
    titles = [entry.findtext("{*}title") for entry in entries]
    assert titles == ["Brrr: Datenstand 1. April 2026", "Brrr: data as of 1 March 2026"]


def test_an_issue_that_does_not_tell_its_language_is_english(tmp_path: Path, place: Path) -> None:
    issue = publish(tmp_path, place, 3, "de")
    manifest = json.loads((issue / "manifest.json").read_bytes())
    for told in (None, "xx"):
        manifest["issue"].pop("language", None)
        manifest["issue"] |= {} if told is None else {"language": told}
        assert read_issue(json.dumps(manifest).encode(), "").language == "en"


def test_no_text_around_the_issues_is_left_in_english(
    tmp_path: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "language", pseudo)
    run = tmp_path / "output" / "runs" / publish(tmp_path, place, 3, "de", (GATE,)).name
    issue = read_bundle(run).issue
    given = {issue.organisation, issue.headline}
    for page in ("index.html", "latest/index.html"):
        texts = set(texts_of((place / page).read_text("utf-8"))) - given
        assert not [text for text in texts if plain_words(text)]
