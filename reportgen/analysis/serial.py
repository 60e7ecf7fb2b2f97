"""``analysis.json``: the published analysis written down and read back, and its JSON Schema.

Keys keep the order of the fields. A ``None`` is written as ``null`` with a sibling ``<key>_reason``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reportgen.analysis.result import SCHEMA_VERSION, Analysis

_REASONS = "reasons"
_SCALARS: dict[type, str] = {str: "string", int: "integer", float: "number", bool: "boolean"}


def to_json(analysis: Analysis) -> str:
    """Write an analysis as JSON text with a final newline.

    Raises
    ------
    ValueError
        If a number is not finite or a ``None`` has no reason.
    """
    return json.dumps(_plain(analysis, "analysis"), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def from_json(text: str) -> Analysis:
    """Read an analysis that ``to_json`` wrote.

    Raises
    ------
    ValueError
        If the text is not of the schema version that this package writes.
    """
    data = json.loads(text)
    version = data.get("schema_version") if isinstance(data, dict) else None
    if version != SCHEMA_VERSION:
        raise ValueError(
            f"analysis.json has schema version {version}; this version of reportgen reads {SCHEMA_VERSION}"
        )
    analysis: Analysis = _typed(Analysis, data)
    return analysis


def plain_record(record: Any) -> dict[str, Any]:
    """Return one record of an analysis as plain values with their reasons, as ``to_json`` writes it."""
    plain: dict[str, Any] = _plain(record, type(record).__name__)
    return plain


def _plain(value: Any, where: str) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        reasons: Mapping[str, str] = getattr(value, _REASONS, {})
        plain: dict[str, Any] = {}
        for field in _data_fields(type(value)):
            item = getattr(value, field.name)
            plain[field.name] = _plain(item, f"{where}.{field.name}")
            if item is None:
                if not reasons.get(field.name):
                    raise ValueError(f"{where}.{field.name} is not given and has no reason")
                plain[f"{field.name}_reason"] = reasons[field.name]
        return plain
    if isinstance(value, Mapping):
        return {key: _plain(item, f"{where}.{key}") for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, where) for item in value]
    return value


def _data_fields(kind: type) -> tuple[Field[Any], ...]:
    return tuple(field for field in fields(kind) if field.name != _REASONS)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(hint: Any, data: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return None if data is None else _typed(_given(arguments), data)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_typed(arguments[0], item) for item in data)
        return tuple(_typed(argument, item) for argument, item in zip(arguments, data, strict=True))
    if origin is not None:  # a mapping with text keys
        return {key: _typed(arguments[1], item) for key, item in data.items()}
    if is_dataclass(hint):
        return _record(hint, data)
    return float(data) if hint is float else data


def _record(kind: Any, data: Mapping[str, Any]) -> Any:
    hints = _hints(kind)
    values = {field.name: _typed(hints[field.name], data[field.name]) for field in _data_fields(kind)}
    reasons = {name: data[f"{name}_reason"] for name, value in values.items() if value is None}
    if _REASONS in hints:
        values[_REASONS] = reasons
    return kind(**values)


def _given(arguments: tuple[Any, ...]) -> Any:
    return next(argument for argument in arguments if argument is not NoneType)


def json_schema() -> dict[str, Any]:
    """Describe ``analysis.json`` as a JSON Schema (2020-12)."""
    definitions: dict[str, Any] = {}
    root = _schema(Analysis, definitions)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "reportgen analysis",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return {"anyOf": [_schema(_given(arguments), definitions), {"type": "null"}]}
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return {"type": "array", "items": _schema(arguments[0], definitions)}
        items = [_schema(argument, definitions) for argument in arguments]
        return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    if origin is not None:
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if is_dataclass(hint):
        name = getattr(hint, "__name__", "")
        if name not in definitions:
            definitions[name] = {}
            definitions[name] = _record_schema(hint, definitions)
        return {"$ref": f"#/$defs/{name}"}
    return {"type": _SCALARS[hint]}


def _record_schema(kind: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    hints = _hints(kind)
    properties: dict[str, Any] = {}
    needs_reason = []
    for field in _data_fields(kind):
        properties[field.name] = _schema(hints[field.name], definitions)
        if get_origin(hints[field.name]) is UnionType:
            properties[f"{field.name}_reason"] = {"type": "string", "minLength": 1}
            needs_reason.append(
                {
                    "if": {"properties": {field.name: {"type": "null"}}},
                    "then": {"required": [f"{field.name}_reason"]},
                }
            )
    schema: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": [field.name for field in _data_fields(kind)],
        "additionalProperties": False,
    }
    return schema | ({"allOf": needs_reason} if needs_reason else {})
