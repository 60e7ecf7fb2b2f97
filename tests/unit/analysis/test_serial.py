"""``analysis.json`` there and back, its reasons and its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from types import UnionType
from typing import Any, get_origin, get_type_hints

import jsonschema
import pytest

from reportgen.analysis import result
from reportgen.analysis.result import Analysis
from reportgen.analysis.serial import from_json, json_schema, to_json
from tests.unit.analysis.small import Run


@pytest.fixture(scope="session")
def text(small: Run) -> str:
    return to_json(small.analysis)


def test_what_was_written_is_read_back_equal(small: Run, text: str) -> None:
    again = from_json(text)
    assert again == small.analysis
    assert to_json(again) == text


def test_keys_stand_in_the_order_of_the_fields(text: str) -> None:
    written = [key for key in json.loads(text) if not key.endswith("_reason")]
    assert written == [field.name for field in fields(Analysis) if field.name != "reasons"]


def test_the_text_is_plain_utf8_with_a_final_newline(small: Run) -> None:
    titled = replace(small.analysis, provenance=replace(small.analysis.provenance, title="Größe – π"))
    text = to_json(titled)
    assert "Größe – π" in text
    assert text.endswith("}\n")
    assert from_json(text).provenance.title == "Größe – π"


def nulls(value: Any, where: str = "") -> Iterator[tuple[str, Any]]:
    """Yield (place, reason) of every null that is the value of a key."""
    if isinstance(value, dict):
        for key, item in value.items():
            if item is None:
                yield f"{where}.{key}", value.get(f"{key}_reason")
            yield from nulls(item, f"{where}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from nulls(item, where)


def test_every_null_has_a_reason(text: str) -> None:
    found = dict(nulls(json.loads(text)))
    assert ".overlap" not in found
    assert ".segments.verdict" in found
    assert [place for place, reason in found.items() if not reason] == []


def test_only_what_may_be_missing_has_a_reason(text: str) -> None:
    def pairs(value: Any) -> Iterator[tuple[dict[str, Any], str]]:
        if isinstance(value, dict):
            yield from ((value, key) for key in value if key.endswith("_reason"))
            for item in value.values():
                yield from pairs(item)
        elif isinstance(value, list):
            for item in value:
                yield from pairs(item)

    for record, key in pairs(json.loads(text)):
        assert record[key.removesuffix("_reason")] is None


def test_a_null_without_a_reason_is_refused(small: Run) -> None:
    with pytest.raises(ValueError, match=r"analysis\.overlap is not given and has no reason"):
        to_json(replace(small.analysis, overlap=None, reasons={}))


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_not_finite_are_refused(small: Run, number: float) -> None:
    broken = replace(small.analysis, components=replace(small.analysis.components, explained=number))
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json(broken)


@pytest.mark.parametrize("text", ['{"schema_version": 0}', "{}", "[]", "3"])
def test_another_version_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="schema version"):
        from_json(text)


def valid(data: Any) -> bool:
    return bool(jsonschema.Draft202012Validator(json_schema()).is_valid(data))


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json.loads(json.dumps(json_schema())) == json_schema()


def test_a_written_analysis_is_valid(text: str) -> None:
    jsonschema.Draft202012Validator(json_schema()).validate(json.loads(text))


def missing_key(data: Any) -> None:
    del data["segments"][1]["index"]


def extra_key(data: Any) -> None:
    data["quality"]["surprise"] = 1


def wrong_type(data: Any) -> None:
    data["population"]["rows"] = "many"


def fraction_of_a_person(data: Any) -> None:
    data["segments"][0]["population"]["count"] = 1.5


def null_without_reason(data: Any) -> None:
    del data["segments"][0]["verdict_reason"]


def empty_reason(data: Any) -> None:
    data["segments"][0]["verdict_reason"] = ""


def null_that_must_be_given(data: Any) -> None:
    data["choice"]["k"] = None


def short_interval(data: Any) -> None:
    data["segments"][1]["interval_sampling"] = [90.0]


def long_interval(data: Any) -> None:
    data["segments"][1]["interval_sampling"] = [90.0, 100.0, 110.0]


def text_for_a_list(data: Any) -> None:
    data["segments"][1]["portrait"] = "one sentence"


def number_among_settings(data: Any) -> None:
    data["provenance"]["settings"] = {"k": 3}


@pytest.mark.parametrize(
    "breaks",
    [
        missing_key,
        extra_key,
        wrong_type,
        fraction_of_a_person,
        null_without_reason,
        empty_reason,
        null_that_must_be_given,
        short_interval,
        long_interval,
        text_for_a_list,
        number_among_settings,
    ],
)
def test_the_schema_rejects_a_broken_file(text: str, breaks: Any) -> None:
    data = json.loads(text)
    assert valid(data)
    breaks(data)
    assert not valid(data)


def test_every_record_that_may_lack_something_can_say_why() -> None:
    for kind in vars(result).values():
        if isinstance(kind, type) and is_dataclass(kind):
            hints = get_type_hints(kind)
            optional = [name for name, hint in hints.items() if get_origin(hint) is UnionType]
            assert not optional or "reasons" in hints, kind
