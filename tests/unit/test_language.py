"""Messages, words of the dictionary and texts that are said again."""

from __future__ import annotations

import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from reportgen.formatting import Formatter
from reportgen.language import (
    Language,
    Worded,
    again,
    language,
    mark,
    said_again,
    say,
    say_in,
    say_marked,
    say_n,
    speaking,
    spoken,
)

GERMAN = Language(
    "de",
    {
        ("", "bread"): ("Brot",),
        ("", "{n} loaf of {what}"): ("{n} Laib {what}", "{n} Laibe {what}"),
        ("", "Buy {what}."): ("Kaufen Sie {what}.",),
        ("sky", "light"): ("hell",),
        ("weight", "light"): ("leicht",),
    },
)


@dataclass(frozen=True)
class Note:
    title: str
    lines: tuple[str, ...]
    words: dict[str, str]
    number: int = 3


def test_english_is_the_message_itself() -> None:
    assert spoken() == "en"
    assert say("Buy {what}.", what="x") == "Buy x."
    assert say("100 % {sure}") == "100 % {sure}"  # without values nothing is filled in


def test_another_language_is_spoken_within_a_block() -> None:
    with speaking(GERMAN):
        assert spoken() == "de"
        assert say("Buy {what}.", what=say("bread")) == "Kaufen Sie Brot."
        assert say("not in the catalogue") == "not in the catalogue"
    assert say("bread") == "bread"


def test_singular_and_plural() -> None:
    with speaking(GERMAN):
        assert [say_n(n, "{n} loaf of {what}", "{n} loaves of {what}", n=n, what="x") for n in (0, 1, 2)] == [
            "0 Laibe x", "1 Laib x", "2 Laibe x",
        ]  # fmt: skip


def test_contexts_tell_meanings_apart() -> None:
    with speaking(GERMAN):
        assert (say_in("sky", "light"), say_in("weight", "light")) == ("hell", "leicht")


def test_what_was_said_is_said_again_with_its_values() -> None:
    loaves = say_n(2, "{n} loaf of {what}", "{n} loaves of {what}", n=2, what="x")
    text = say("Buy {what}.", what=say("bread")) + " " + loaves
    assert text == "Buy bread. 2 loaves of x"
    with speaking(GERMAN):
        assert again(text) == "Kaufen Sie Brot. 2 Laibe x"
        assert f"{text}" == "Kaufen Sie Brot. 2 Laibe x"
        assert again("plain") == "plain"
    assert "And: " + text == "And: Buy bread. 2 loaves of x"


def test_words_of_the_dictionary_follow_the_language() -> None:
    word = Worded("Age", {"de": "Alter"})
    assert f"{word}" == "Age"
    with speaking(GERMAN):
        assert say("Buy {what}.", what=word) == "Kaufen Sie Alter."
        assert f"{word:>7}" == "  Alter"
    with speaking(Language("fr")):
        assert again(word) == "Age"


def test_a_marked_message_is_said_later() -> None:
    kept = mark("bread")
    with speaking(GERMAN):
        assert say_marked(kept) == "Brot"


def test_a_tree_is_said_again_and_what_is_plain_is_kept_as_it_is() -> None:
    note = Note(say("bread"), (say("Buy {what}.", what="x"), "plain"), {"a": say("bread")})
    plain = Note("a", ("b",), {"c": "d"})
    with speaking(GERMAN):
        assert said_again(note) == Note("Brot", ("Kaufen Sie x.", "plain"), {"a": "Brot"})
        assert type(said_again(note).title) is str
        assert said_again(plain) is plain


@pytest.mark.parametrize(
    "text",
    [say("Buy {what}.", what="x"), Worded("Age", {"de": "Alter"}), say("a") + say("b"), Formatter().words(["a", "b"])],
)
def test_texts_travel_to_other_processes(text: str) -> None:
    back = pickle.loads(pickle.dumps(text))
    assert (back, type(back)) == (text, type(text))
    with speaking(GERMAN):
        assert again(back) == again(text)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(ValueError, match="'xx' is none of en, de"):
        language("xx")


def test_every_message_has_a_translation() -> None:
    """New texts need words in every language: run ``make words`` and fill them in."""
    script = Path(__file__).parents[2] / ".ci" / "words.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
