"""What is packed comes back equal bit for bit, and a hash changes with everything that matters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from reportgen.cache.packing import digest, pack, unpack

Side = Literal["population", "customers"]


class Word(StrEnum):
    ONE = "one"


@dataclass(frozen=True)
class Leaf:
    name: str
    value: float
    number: int | None = None


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    table: NDArray[np.float64]
    codes: NDArray[np.int64]
    by_side: Mapping[Side, NDArray[np.int64]]
    side: Side
    pair: tuple[int, str]
    good: bool
    nothing: Leaf | None


def tree(**changes: Any) -> Tree:
    made = Tree(
        leaves=(Leaf("ä\n", 0.1), Leaf("", float("nan"), 7), Leaf("x", float("-inf"))),
        table=np.array([[0.1, np.nan], [-0.0, np.inf]]),
        codes=np.array([-1, 300, 2**40]),
        by_side={"population": np.arange(3), "customers": np.arange(0)},
        side="customers",
        pair=(1, "b"),
        good=True,
        nothing=None,
    )
    return replace(made, **changes)


def test_a_tree_comes_back() -> None:
    made = tree()
    found = unpack(Tree, pack(made))
    assert repr(found.leaves) == repr(made.leaves)
    assert (found.side, found.pair, found.good, found.nothing) == ("customers", (1, "b"), True, None)
    assert list(found.by_side) == ["population", "customers"]
    for name in ("table", "codes"):
        ours, theirs = getattr(made, name), getattr(found, name)
        assert (ours.dtype, ours.shape, ours.tobytes()) == (theirs.dtype, theirs.shape, theirs.tobytes())
    np.testing.assert_array_equal(found.by_side["population"], [0, 1, 2])
    assert pack(found) == pack(made)


@given(
    hnp.arrays(
        st.sampled_from(["i1", "i2", "i4", "i8", "u8", "f4", "f8", "?"]), hnp.array_shapes(min_dims=0, min_side=0)
    )
)
def test_arrays_come_back_bit_for_bit(array: NDArray[Any]) -> None:
    (found,) = unpack(tuple[NDArray[Any]], pack((array,)))
    assert (found.dtype, found.shape, found.tobytes()) == (array.dtype, array.shape, array.tobytes())
    assert found.flags.c_contiguous
    assert found.flags.writeable


def test_the_layout_is_the_same_whatever_it_was() -> None:
    across = np.asfortranarray(np.arange(12.0).reshape(3, 4))
    assert pack(across) == pack(np.ascontiguousarray(across))


def test_integers_are_kept_narrow() -> None:
    assert len(pack(np.zeros(100_000, dtype=np.int64))) < 101_000


def test_numbers_of_numpy_are_numbers() -> None:
    assert unpack(Leaf, pack(Leaf("a", np.float64(0.5), np.int64(3)))) == Leaf("a", 0.5, 3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [object(), {1: "a"}, np.array(["text"]), np.array([object()]), b"bytes", {"a", "b"}, 1j]
)
def test_other_things_are_refused(value: object) -> None:
    with pytest.raises(TypeError):
        pack((value,))


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Leaf, tree()),
        (Leaf, ("a", 1.0, None)),
        (Leaf, Leaf(3, 1.0)),  # type: ignore[arg-type]
        (tuple[int, int], (1, 2, 3)),
        (int, "1"),
        (bool, 1),
    ],
)
def test_another_type_is_refused(kind: Any, value: object) -> None:
    with pytest.raises(ValueError, match="not a packed"):
        unpack(kind, pack(value))


@pytest.mark.parametrize("content", [b"", b"no end", b"\n", b"[1, []]", b"{}\n", b"[1]\n"])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="not a packed"):
        unpack(int, content)


def test_a_cut_array_is_refused() -> None:
    with pytest.raises(ValueError, match="not a packed"):
        unpack(Tree, pack(tree())[:-64])


@pytest.mark.parametrize(
    "changes",
    [
        {"leaves": (Leaf("ä\n", 0.1),)},
        {"table": np.array([[0.1, np.nan], [0.0, np.inf]])},  # 0.0 for -0.0
        {"codes": np.array([-1, 300, 2**40]).astype(np.uint64)},
        {"codes": np.array([[-1, 300, 2**40]])},
        {"by_side": {"customers": np.arange(0), "population": np.arange(3)}},
        {"pair": (1, "c")},
        {"good": False},
        {"nothing": Leaf("", 0.0)},
    ],
)
def test_a_digest_changes_with_everything(changes: dict[str, Any]) -> None:
    assert digest(tree(**changes)) != digest(tree())


def test_a_digest_tells_classes_and_positions_apart() -> None:
    @dataclass(frozen=True)
    class Twin:
        name: str
        value: float
        number: int | None = None

    assert digest(Twin("a", 1.0)) != digest(Leaf("a", 1.0))
    assert digest(1, (2,)) != digest((1, 2))
    assert digest("a", None) != digest("a")


def test_sets_count_by_content_and_words_by_value() -> None:
    names = [f"name {number}" for number in range(50)]
    assert digest(frozenset(names)) == digest(frozenset(reversed(names)))
    assert digest(Word.ONE) == digest("one")


def test_an_object_may_name_its_content() -> None:
    class Blocks:
        def __init__(self, content_key: str) -> None:
            self.content_key = content_key

    assert digest(Blocks("a")) == digest(Blocks("a"))
    assert digest(Blocks("a")) != digest(Blocks("b"))
