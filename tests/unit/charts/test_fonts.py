from __future__ import annotations

import io

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from reportgen.charts.fonts import FACES, clean_text, ellipsize, font_face_css, text_width, wrap


def test_width_is_the_sum_of_the_advances_in_the_bundled_face() -> None:
    face = next(face for face in FACES if face.file == "source-sans-3-400-normal.woff2")
    font = TTFont(io.BytesIO(face.read()))
    expected = sum(font["hmtx"][font.getBestCmap()[ord(letter)]][0] for letter in "Käufer 100") * 13 / 1000
    assert text_width("Käufer 100", 13) == pytest.approx(expected)
    assert text_width("Käufer 100", 13, 600) > expected


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.file)
def test_every_face_holds_the_letters_of_european_labels_under_a_name_of_its_own(face: object) -> None:
    assert hasattr(face, "read")
    font = TTFont(io.BytesIO(face.read()))
    assert {ord(letter) for letter in "AzäßÉœŁžğşőİ0%–−…×·\xa0€"} <= set(font.getBestCmap())
    assert "Source" not in font["name"].getDebugName(1)  # a reserved font name


def test_font_faces_are_addressed_by_the_given_function() -> None:
    css = font_face_css(lambda face: f"assets/fonts/{face.file}")
    assert css.count("@font-face") == len(FACES)
    assert 'url("assets/fonts/source-serif-4-400-italic.woff2")' in css


@given(st.text(max_size=200), st.floats(20, 400), st.integers(1, 3))
def test_nothing_is_ever_wider_than_its_room(text: str, width: float, lines: int) -> None:
    assert text_width(ellipsize(text, width)) <= width
    wrapped = wrap(text, width, lines=lines)
    assert len(wrapped) <= lines
    assert all(text_width(line) <= width for line in wrapped)


@given(st.text(max_size=60))
def test_a_text_that_fits_is_kept(text: str) -> None:
    assert " ".join(wrap(text, 10_000)) == clean_text(text)


def test_letters_that_xml_forbids_and_line_breaks_are_gone() -> None:
    assert clean_text("a\x00b\nc\u202ed\ud800  e") == "a b c d e"
