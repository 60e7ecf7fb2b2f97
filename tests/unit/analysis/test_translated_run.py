"""A run in another language: other words, the same segments and the same numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from reportgen.analysis.aspects import aspects_of
from reportgen.analysis.serial import to_json
from reportgen.dictionary import Kind, read_dictionary
from tests.unit.analysis.small import QUICK, Run, customer_rows, population_rows, run_files, write_dictionary

SETTINGS = replace(QUICK, k=3, k_max=3)
PART_VALUES = ("mainstream", "avantgarde")
CODES = frozenset({"id", "letter", "feature", "via", "level", "code", "measure", "grade", "badge", "verdict", "basis"})


def write_words(folder: Path) -> None:
    """Give every feature, end, family, code and part a word that says nothing and sorts the other way round."""
    dictionary = read_dictionary(write_dictionary(folder))
    number = count(999, -1)

    def word() -> str:
        return f"wort{next(number):03}"

    families = {feature.family: word() for feature in dictionary.features if feature.family}
    lines = ["attribute;label;more;less;family;information_level"]
    values, parts = ["attribute;value;label"], ["attribute;part;part_value;label"]
    for feature in dictionary.features:
        ends = [word() if end else "" for end in (feature.more, feature.less)]
        lines.append(";".join([feature.name, word(), *ends, families.get(feature.family, ""), word()]))
        values += [f"{feature.name};{code};{word()}" for code in feature.values]
        for part in feature.parts:
            parts.append(f"{feature.name};{part.name};;{word()}")
            parts += [f"{feature.name};{part.name};{value};{word()}" for value in dict.fromkeys(part.values.values())]
    for name, text in (("features", lines), ("values", values), ("parts", parts)):
        (folder / f"{name}.xx.csv").write_text("\n".join(text) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Run]:
    folder = tmp_path_factory.mktemp("translated")
    write_words(folder / "xx" / "dictionary")
    own = run_files(folder / "en", population_rows(), customer_rows(), SETTINGS)
    return own, run_files(folder / "xx", population_rows(), customer_rows(), SETTINGS, language="xx")


def facts(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every number, truth value, gap and code of an analysis with its place."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from ((f"{name}.{rest}", fact) for rest, fact in facts(item, name))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            yield from ((f"{at}.{rest}", fact) for rest, fact in facts(item, key))
    elif not isinstance(value, str) or key in CODES:
        yield key, value


def test_every_number_and_code_is_the_same(pair: tuple[Run, Run]) -> None:
    own, other = (dict(facts(json.loads(to_json(run.analysis)))) for run in pair)
    assert len(own) > 1_000
    assert any(place.endswith("level.level") for place in own)
    assert own == other


def test_the_words_are_the_ones_that_were_given(pair: tuple[Run, Run]) -> None:
    own, other = (run.analysis for run in pair)
    assert not {column.label for column in own.quality.columns} & {column.label for column in other.quality.columns}
    for segment in other.placed:
        assert segment.markers
        assert all(marker.label.startswith("wort") for marker in segment.markers)
    assert "wort" in " ".join(other.placed[0].portrait)
    parts = [
        level
        for at, column in enumerate(pair[1].findings.data.table.columns)
        if column.feature.parts
        for aspect in aspects_of(column, at, Kind.MIXED)
        for level in aspect.levels
    ]
    assert {level.code for level in parts} >= set(PART_VALUES)
    assert all(level.label.startswith("wort") for level in parts)
