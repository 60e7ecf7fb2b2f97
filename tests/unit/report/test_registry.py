from __future__ import annotations

from pathlib import Path

import pytest

from reportgen.errors import ConfigError
from reportgen.report.registry import Entry, read_registry, render_registry, updated

FIRST, SECOND, THIRD = "20260101-00000001", "20260201-00000002", "20260301-00000003"


def entry(number: int, generated: str = "generated", run: str = FIRST, **more: str) -> Entry:
    return Entry(number, "ABCDEFGH"[number - 1], more.pop("name", ""), more.pop("note", ""), generated, run, **more)


def write(folder: Path, registry: dict[int, Entry]) -> None:
    (folder / "segments.toml").write_bytes(render_registry(registry))


def test_it_reads_back_what_was_written(tmp_path: Path) -> None:
    registry = {1: entry(1, name='Savers, "own" house \\ Ä'), 3: entry(3, note="ask Kim", origin="split from 1")}
    write(tmp_path, registry)
    assert read_registry(tmp_path) == registry
    assert read_registry(tmp_path / "none") == {}


def test_a_letter_that_was_taken_out_is_that_of_the_id(tmp_path: Path) -> None:
    (tmp_path / "segments.toml").write_text('[[segment]]\nid = 2\nname = "Savers"\n')
    assert read_registry(tmp_path)[2].letter == "B"


def test_names_and_notes_of_people_stay_and_generated_names_do_not_change() -> None:
    registry = {1: entry(1, "old words", name="Mine", note="note"), 2: entry(2, "old words")}
    later = updated(registry, [entry(1, "new words", SECOND), entry(2, "new words", SECOND)], SECOND, ids_now=[1, 2])
    assert later == registry
    assert [later[1].known_as, later[2].known_as] == ["Mine", "old words"]


def test_segments_that_are_new_or_no_more_are_marked() -> None:
    later = updated({1: entry(1), 2: entry(2)}, [entry(1), entry(3, run=SECOND, origin="new")], SECOND, ids_now=[1, 3])
    assert [(e.id, e.first, e.ended, e.origin) for e in later.values()] == [
        (1, FIRST, "", ""), (2, FIRST, SECOND, ""), (3, SECOND, "", "new"),
    ]  # fmt: skip
    assert updated(later, [entry(1)], THIRD, ids_now=[1])[2].ended == SECOND


def test_an_id_that_is_given_again_is_another_segment() -> None:
    gone = {1: entry(1, name="Mine", ended=FIRST)}
    later = updated(gone, [entry(1, "other people", THIRD)], THIRD, ids_now=[1])
    assert (later[1].name, later[1].generated, later[1].first, later[1].ended) == ("", "other people", THIRD, "")
    assert updated(gone, [entry(1, "same run again", FIRST)], FIRST, ids_now=[1])[1].name == "Mine"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[[segment", "segments.toml"),
        ('[[segment]]\nid = "x"', "id is not usable"),
        ("[[segment]]\nid = 26", "id is not usable"),
        ("[[segment]]\nid = 1\nname = 7", "name is not usable"),
        (f'[[segment]]\nid = 1\nname = "{"x" * 61}"', "name is not usable"),
        ('[[segment]]\nid = 1\nnote = "a\\nb"', "note is not usable"),
        (
            '[[segment]]\nid = 1\nnmae = "Savers"',
            r"segment 1: there is no key nmae\n  Did you mean name\? Name and note",
        ),
        ("[[segment]]\nid = 1\n[[segment]]\nid = 1", "two segments have the id 1"),
        ("[[segments]]\nid = 1", "segments is not known as it stands"),
        ('[[segment]]\nid = 2\nletter = "A"', "the letter of id 2 is B, not A"),
        ("segment = 3", "segment is not known as it stands"),
    ],
)
def test_a_change_that_cannot_be_used_is_told(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "segments.toml").write_text(content)
    with pytest.raises(ConfigError, match=said):
        read_registry(tmp_path)
