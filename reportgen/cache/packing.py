"""Results as bytes and back: a tree of plain values as JSON, and the arrays behind it. Never a pickle.

A packed value is one line of JSON, padded so that the arrays are aligned, then the arrays one after the other. Integers
are kept in the narrowest type that holds them and come back in their own. What comes back is equal bit for bit and laid
out in memory as every other time, so that a computation goes the same way with a kept result and with a fresh one.
"""

from __future__ import annotations

import hashlib
import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

_Value = TypeVar("_Value")
_ALIGNMENT = 64
_ARRAY = "array"
_FLOATS = {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}
_NARROW = (np.int8, np.int16, np.int32)


def pack(value: object) -> bytes:
    """Write a value down.

    Parameters
    ----------
    value
        None, truth values, numbers, text, arrays of numbers, and tuples, lists, mappings with text keys and dataclasses
        of them. Enumerations and sets of text can be packed (for `digest`), but not unpacked.

    Raises
    ------
    TypeError
        At anything else.
    """
    arrays: list[NDArray[Any]] = []
    tree = _plain(value, arrays)
    places, payload = [], bytearray()
    for array in arrays:
        stored = _narrow(array)
        places.append([array.dtype.str, stored.dtype.str, list(array.shape), len(payload)])
        payload += stored.tobytes()
        payload += bytes(-len(payload) % _ALIGNMENT)
    head = json.dumps([tree, places], ensure_ascii=False, separators=(",", ":")).encode()
    return head + b" " * (-(len(head) + 1) % _ALIGNMENT) + b"\n" + payload


def unpack(kind: type[_Value], content: bytes) -> _Value:
    """Read a value that `pack` wrote.

    Parameters
    ----------
    kind
        Its type: a dataclass, or a hint such as ``tuple[Fit, ...]``. Dataclasses must have the fields they had.

    Raises
    ------
    ValueError
        If the bytes do not hold such a value.
    """
    head, mark, payload = content.partition(b"\n")
    try:
        if not mark:
            raise ValueError("no end of the head")
        tree, places = json.loads(head)
        value: _Value = _typed(kind, tree, [_array(place, payload) for place in places])
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"not a packed {kind}: {error}") from error
    return value


def digest(*values: object) -> str:
    """Return the SHA-256 of some values.

    An object with an attribute ``content_key`` counts by that text; the engine's is empty, because results do not
    depend on it.
    """
    return hashlib.sha256(pack(values)).hexdigest()


def _plain(value: object, arrays: list[NDArray[Any]]) -> Any:
    key = getattr(value, "content_key", None)
    if isinstance(key, str):
        return {"content": key}
    if value is None or isinstance(value, bool | int | str):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, np.bool_ | np.integer):
        return value.item()
    if isinstance(value, float | np.floating):
        number = float(value)
        return number if np.isfinite(number) else {"float": str(number)}
    if isinstance(value, np.ndarray):
        if value.dtype.kind not in "biuf":
            raise TypeError(f"arrays of {value.dtype} cannot be packed")
        arrays.append(np.ascontiguousarray(value).reshape(value.shape))
        return {_ARRAY: len(arrays) - 1}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple | list):
        return [_plain(item, arrays) for item in value]
    if isinstance(value, Mapping):
        return {"map": [[_text(key), _plain(item, arrays)] for key, item in value.items()]}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            "of": type(value).__name__,
            "map": [[field.name, _plain(getattr(value, field.name), arrays)] for field in fields(value) if field.init],
        }
    raise TypeError(f"{type(value).__name__} cannot be packed")


def _text(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"keys of mappings are text, not {type(key).__name__}")
    return key


def _narrow(array: NDArray[Any]) -> NDArray[Any]:
    if array.dtype.kind != "i" or not array.size:
        return array
    low, high = int(array.min()), int(array.max())
    for kind in _NARROW:
        limits = np.iinfo(kind)
        if np.dtype(kind).itemsize < array.itemsize and limits.min <= low and high <= limits.max:
            return array.astype(kind)
    return array


def _array(place: Any, payload: bytes) -> NDArray[Any]:
    own, stored, shape, start = place
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(payload, np.dtype(stored), count, start).reshape(shape).astype(np.dtype(own))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _typed(hint: Any, tree: Any, arrays: list[NDArray[Any]]) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (types.UnionType, Union):
        given = [argument for argument in arguments if argument is not types.NoneType]
        if len(given) != 1:
            raise TypeError(f"{hint} leaves open what a value is")
        return None if tree is None else _typed(given[0], tree, arrays)
    if origin is np.ndarray:
        return arrays[tree[_ARRAY]]
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_typed(arguments[0], item, arrays) for item in tree)
        return tuple(_typed(argument, item, arrays) for argument, item in zip(arguments, tree, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _typed(arguments[1], item, arrays) for key, item in tree["map"]}
    if is_dataclass(hint):
        return _record(hint, tree, arrays)
    if hint is float:
        return _FLOATS[tree["float"]] if isinstance(tree, dict) else float(tree)
    allowed = type(arguments[0]) if origin is Literal else hint
    if type(tree) is not allowed:
        raise TypeError(f"{tree!r} is not {hint}")
    return tree


def _record(kind: Any, tree: Any, arrays: list[NDArray[Any]]) -> Any:
    hints = _hints(kind)
    given = dict(tree["map"])
    if list(given) != [field.name for field in fields(kind) if field.init] or tree["of"] != kind.__name__:
        raise ValueError(f"{tree['of']} has other fields than {kind.__name__}")
    return kind(**{name: _typed(hints[name], item, arrays) for name, item in given.items()})
