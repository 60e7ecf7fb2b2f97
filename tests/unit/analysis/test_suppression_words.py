"""What stands for a figure that is held back, in every language."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from reportgen.analysis.suppression import LEAST, few_people, held_back, value_or_mark
from reportgen.analysis.suppression_levels import distinct, pooled_level
from reportgen.formatting import SUPPRESSED_BELOW
from reportgen.ingest.table import Level
from reportgen.language import again, speaking


@dataclass(frozen=True)
class _Record:
    share: float | None
    reasons: dict[str, str] = field(default_factory=dict)


def test_one_limit() -> None:
    assert LEAST == SUPPRESSED_BELOW


@pytest.mark.parametrize(("code", "withheld"), [("en", "withheld"), ("de", "zurückgehalten")])
def test_marks_stand_for_reasons(code: str, withheld: str) -> None:
    with speaking(code):
        assert value_or_mark(_Record(None, {"share": few_people()}), "share") == "< 10"
        assert value_or_mark(_Record(None, {"share": str(held_back())}), "share") == withheld
        assert value_or_mark(_Record(None, {"share": "nobody is in it"}), "share") is None
        assert value_or_mark(_Record(None), "share") is None
        assert value_or_mark(_Record(0.25, {"share": few_people()}), "share") == 0.25


@pytest.mark.parametrize(
    ("members", "ordered", "english", "german"),
    [
        ([3, 4], True, "few or some", "few oder some"),
        ([0, 1, 2], True, "1 to 2.5", "1 bis 2,5"),
        ([0, 1, 2], False, "1, 2 or 2.5", "1, 2 oder 2.5"),
        ([0, 2], True, "1 or 2.5", "1 oder 2.5"),
        ([3, 4, 5], True, "few up to many", "few bis many"),
        ([0, 1, 2, 3], False, "other, rare level", "sonstige, seltene Ausprägung"),
        ([5, 6], True, "many, or other codes", "many oder sonstige Codes"),
    ],
)
def test_pooled_levels(members: list[int], ordered: bool, english: str, german: str) -> None:
    numbers = [Level("1", "1"), Level("2", "2"), Level("2.5", "2.5")]
    levels = (*numbers, Level("4", "few"), Level("5", "some"), Level("6", "many"), Level("other", "other"))
    label = pooled_level(levels, np.array(members), ordered=ordered, outside=6).label
    assert label == english
    with speaking("de"):
        assert again(label) == german


def test_pools_that_are_called_alike_are_numbered_again() -> None:
    rare = pooled_level(tuple(Level(c, c) for c in "abcd"), np.arange(4), ordered=False, outside=None)
    label = distinct([rare, rare])[1].label
    assert label == "other, rare level (2)"
    with speaking("de"):
        assert again(label) == "sonstige, seltene Ausprägung (2)"
