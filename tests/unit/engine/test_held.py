"""Held blocks: what is read is the same with and without, within the limit, from several threads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reportgen.engine import held
from reportgen.engine.held import HeldBlocks
from reportgen.engine.local import LocalEngine
from reportgen.ingest.table import CodedColumn, Side, read_codes
from tests.unit.analysis.coded import coded_column, raw, write_side

NARROW = coded_column("narrow", ["1", "2", "3"])
WIDE = coded_column("wide", [str(number) for number in range(300)])
COLUMNS = (NARROW, WIDE)


@pytest.fixture
def side(tmp_path: Path) -> Side:
    random = np.random.default_rng(1)
    return write_side(tmp_path, COLUMNS, raw([random.integers(0, 3, 50), random.integers(0, 300, 50)]), block_rows=20)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Names of the columns of each read from a file."""
    seen: list[tuple[str, ...]] = []

    def read(block: Path, columns: tuple[CodedColumn, ...]) -> np.ndarray:
        seen.append(tuple(column.name for column in columns))
        return read_codes(block, columns)

    monkeypatch.setattr(held, "read_codes", read)
    return seen


def test_a_block_is_decoded_once(side: Side, reads: list[tuple[str, ...]]) -> None:
    blocks = HeldBlocks(10_000)
    for wanted in (COLUMNS, (WIDE, NARROW), (WIDE,), (NARROW,), ()):
        for block in side.blocks:
            found = blocks.read(block, wanted)
            assert found.dtype == np.int16
            if wanted:
                np.testing.assert_array_equal(found, read_codes(block, wanted))
    assert reads == [("narrow", "wide")] * 3


def test_only_columns_that_are_absent_are_read(side: Side, reads: list[tuple[str, ...]]) -> None:
    blocks = HeldBlocks(10_000)
    block = side.blocks[0]
    blocks.read(block, (WIDE,))
    np.testing.assert_array_equal(blocks.read(block, COLUMNS), read_codes(block, COLUMNS))
    blocks.read(block, COLUMNS)
    assert reads == [("wide",), ("narrow",)]


def test_nothing_is_held_beyond_the_limit(side: Side, reads: list[tuple[str, ...]]) -> None:
    blocks = HeldBlocks(70)  # a block of 20 rows takes 20 bytes and 40 bytes
    for _ in range(2):
        for block in side.blocks:
            np.testing.assert_array_equal(blocks.read(block, COLUMNS), read_codes(block, COLUMNS))
    assert reads == [("narrow", "wide")] * 5


def test_by_default_nothing_is_held(side: Side, reads: list[tuple[str, ...]]) -> None:
    for _ in range(2):
        LocalEngine(1).read(side.blocks[0], COLUMNS)
        HeldBlocks().read(side.blocks[0], COLUMNS)
    assert len(reads) == 4


def test_threads_share_what_is_held(side: Side) -> None:
    engine = LocalEngine(3, HeldBlocks(1_000))
    wanted = [(block, columns) for block in side.blocks * 6 for columns in (COLUMNS, (NARROW,), (WIDE,))]
    for (block, columns), found in zip(wanted, engine.map(lambda task: engine.read(*task), wanted), strict=True):
        np.testing.assert_array_equal(found, read_codes(block, columns))
