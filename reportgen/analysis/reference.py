"""The description of ``analysis.json`` for readers, made from the result types themselves."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from inspect import getdoc
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from reportgen.analysis.result import SCHEMA_VERSION, Analysis

_WORDS = {str: "text", int: "whole number", float: "number", bool: "true or false"}

_HEAD = f"""# analysis.json

Everything that a report prints, for programs. The file is UTF-8 with keys in a fixed order; `schema_version` is
{SCHEMA_VERSION} and rises when a key changes its meaning or goes. Its JSON Schema is in
[analysis.schema.json](analysis.schema.json). Both pages are made from the code by `make docs`.

- Shares are fractions of one. An index is 100 for "as often as in the population". An interval is `[low, high]` at
  95 %.
- A value that cannot be given is `null`, and `<key>_reason` beside it says why.
- Numbers are written in the shortest form that reads back as the same number. Pages and PDF print rounded ones.
- No row, no id and no value of an undeclared column is in the file.
"""


def json_reference() -> str:
    """Return the Markdown page that describes every object and key of ``analysis.json``."""
    return "\n".join([_HEAD, *(_section(kind) for kind in _kinds_in_order(Analysis, []))])


def _kinds_in_order(kind: Any, seen: list[Any]) -> list[Any]:
    if kind in seen:
        return seen
    seen.append(kind)
    for hint in get_type_hints(kind).values():
        for part in _record_types(hint):
            _kinds_in_order(part, seen)
    return seen


def _record_types(hint: Any) -> list[Any]:
    if is_dataclass(hint):
        return [hint]
    return [found for part in get_args(hint) for found in _record_types(part)]


def _section(kind: Any) -> str:
    hints = get_type_hints(kind)
    text = (getdoc(kind) or "").replace("``", "`")
    rows = [f"| `{field.name}` | {_in_words(hints[field.name])} |" for field in fields(kind) if field.name != "reasons"]
    return "\n".join([f"## {kind.__name__}", "", text, "", "| key | value |", "|---|---|", *rows, ""])


def _in_words(hint: Any) -> str:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:
        return f"{_in_words(next(part for part in arguments if part is not NoneType))}, or null"
    if origin is tuple and arguments[-1] is Ellipsis:
        return f"list of {_in_words(arguments[0])}"
    if origin is tuple:
        return f"[{', '.join(_in_words(part) for part in arguments)}]"
    if origin is not None:
        return f"object of {_in_words(arguments[1])}"
    if is_dataclass(hint):
        name = getattr(hint, "__name__", "")
        return f"[{name}](#{name.lower()})"
    return _WORDS[hint]
