"""Many workers read in pieces what one machine reads in one go: the same blocks, byte by byte, the same refusals."""

from __future__ import annotations

import csv
import pickle
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import cloudpickle
import numpy as np
import pytest

from reportgen.dictionary import FeatureDictionary
from reportgen.engine.local import LocalEngine
from reportgen.errors import InputError
from reportgen.ingest import crew as crew_module
from reportgen.ingest.block_files import block_name, read_block, read_bytes, remove_all
from reportgen.ingest.crew import Crew
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.parts import open_input
from reportgen.ingest.pieces import Piece, pieces_of
from reportgen.ingest.reader import ReadOptions
from reportgen.ingest.stretch import stretches
from reportgen.ingest.table import CodedTable
from tests.unit.ingest.conftest import FEATURES, HEADER, Bench

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Workers(LocalEngine):
    """Threads to which everything travels by cloudpickle, as it does to the workers of a cluster."""

    def map(self, function: Callable[[_Item], _Result], items: Iterable[_Item]) -> Iterator[_Result]:
        code = cloudpickle.dumps(function)

        def far(item: _Item) -> _Result:
            found: _Result = pickle.loads(cloudpickle.dumps(pickle.loads(code)(pickle.loads(cloudpickle.dumps(item)))))
            return found

        return super().map(far, items)


@pytest.fixture
def small_pieces(small_blocks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut text every 700 bytes, in about the middle of a block, and compare ids in several shares."""
    monkeypatch.setattr("reportgen.ingest.csv_reader.CHUNK_BYTES", 700)
    monkeypatch.setattr(crew_module, "SHARE_ROWS", 100)


def read_both(
    bench: Bench, dictionary: FeatureDictionary, population: Path, customers: Path | None = None, **how: Any
) -> tuple[CodedTable, CodedTable]:
    """Read the same files here and with workers."""
    request = IngestRequest(population, customers, **how)
    place = bench.blocks()
    return ingest(dictionary, request, bench.blocks()), ingest(dictionary, request, place, crew=Crew(Workers(2), place))


def same_bytes(bench: Bench, here: CodedTable, there: CodedTable) -> None:
    """Assert that the tables are equal and their blocks byte-equal; only the times of the reads differ."""
    bench.same(here, there)
    assert here.undeclared == there.undeclared
    assert (here.id_column, here.population_codes) == (there.id_column, there.population_codes)
    assert [c.content_key for c in here.columns] == [c.content_key for c in there.columns]
    for one, other in ((here.population, there.population), (here.customers, there.customers)):
        assert [block_name(block) for block in one.blocks] == [block_name(block) for block in other.blocks]
        assert [Path(block).read_bytes() for block in one.blocks] == [
            Path(block).read_bytes() for block in other.blocks
        ]
        assert one.source == other.source or one.source.files != other.source.files  # only the time of the read differs
        assert (one.source.sha256, one.source.parts) == (other.source.sha256, other.source.parts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_text(bench: Bench, small_pieces: None, encoding: str, line_end: str) -> None:
    population, customers = bench.pair()
    how = {"encoding": encoding, "line_end": line_end}
    files = [bench.csv(name, rows, **how) for name, rows in (("p.csv", population), ("c.csv", customers))]  # type: ignore[arg-type]
    cut = pieces_of(open_input(files[0], ReadOptions()))
    assert (len(cut) > 6) == (encoding != "utf-16")
    same_bytes(bench, *read_both(bench, bench.dictionary(), *files))


@pytest.mark.parametrize("kind", ["quoted", "gz", "xlsx", "parquet"])
def test_other_forms(bench: Bench, small_pieces: None, kind: str) -> None:
    files = []
    for name, rows in zip("pc", bench.pair(), strict=True):
        if kind == "quoted":
            files.append(bench.csv(f"{name}.csv", rows, quoting=csv.QUOTE_ALL))
        elif kind == "gz":
            files.append(bench.csv(f"{name}.csv.gz", rows))
        elif kind == "xlsx":
            files.append(bench.workbook(f"{name}.xlsx", [list(row) for row in rows]))
        else:
            import pyarrow as pa
            import pyarrow.parquet as pq

            columns = dict(zip(HEADER, map(list, zip(*rows, strict=True)), strict=True))
            pq.write_table(pa.table(columns), bench.folder / f"{name}.parquet", row_group_size=50)
            files.append(bench.folder / f"{name}.parquet")
    assert len(pieces_of(open_input(files[0], ReadOptions()))) == (7 if kind == "parquet" else 1)
    same_bytes(bench, *read_both(bench, bench.dictionary(), *files))


@pytest.mark.parametrize("kind", ["csv", "csv.gz"])
def test_parts_that_straddle_blocks(bench: Bench, small_pieces: None, kind: str) -> None:
    population, customers = bench.pair()
    (bench.folder / "parts").mkdir()
    for at, edge in enumerate((0, 10, 90, 91, 250)):
        bench.csv(f"parts/part-{at}.{kind}", population[edge : (10, 90, 91, 250, 301)[at]])
    here, there = read_both(bench, bench.dictionary(), bench.folder / "parts", bench.csv("c.csv", customers))
    assert [part.rows for part in there.population.source.parts] == [10, 80, 1, 159, 51]
    same_bytes(bench, here, there)


def test_one_file_with_marked_customers_and_columns_that_nobody_declared(bench: Bench, small_pieces: None) -> None:
    rng = np.random.default_rng(5)
    rows = [
        [*row, "no" if rng.random() < 0.4 else "YES ", f"free text {i % 70}"]
        for i, row in enumerate(bench.rows(500, 1))
    ]
    file = bench.csv("both.csv", rows, [*HEADER, "y", "note"])
    here, there = read_both(bench, bench.dictionary(), file, customer_where=("y", "no"))
    assert len(there.customers.blocks) > 2
    assert there.undeclared[0].distinct == 70
    same_bytes(bench, here, there)
    without = bench.csv("none.csv", [row[1:] for row in rows], [*HEADER, "y", "note"][1:])
    same_bytes(bench, *read_both(bench, bench.dictionary(), without, customer_where=("y", "no")))


@pytest.mark.parametrize("levels", [90, 20])
def test_a_grid_that_moves_codes(
    bench: Bench, small_pieces: None, monkeypatch: pytest.MonkeyPatch, levels: int
) -> None:
    monkeypatch.setattr("reportgen.ingest.number_codes.NUMBER_CODES", levels)
    rng = np.random.default_rng(3)
    population, customers = bench.pair()
    for row in (*population, *customers):
        row[2] = f"{rng.normal() * 10 ** rng.integers(0, 4):.3f}" if rng.random() < 0.9 else "unknown"
    files = bench.csv("p.csv", population), bench.csv("c.csv", customers)
    here, there = read_both(bench, bench.dictionary(), *files)
    assert any("read in steps" in message for message in bench.messages(there, "score"))
    same_bytes(bench, here, there)


def test_a_grid_of_the_customers(bench: Bench, small_pieces: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportgen.ingest.number_codes.NUMBER_CODES", 100)
    population, customers = bench.pair()
    for at, row in enumerate(population):
        row[2] = str(at % 97)
    for at, row in enumerate(customers):
        row[2] = str(200.5 + at * 3)
    files = bench.csv("p.csv", population), bench.csv("c.csv", customers)
    here, there = read_both(bench, bench.dictionary(), *files)
    assert any("read in steps" in message for message in bench.messages(there, "score"))
    same_bytes(bench, here, there)


def test_a_column_that_is_no_id_after_all(bench: Bench, small_pieces: None) -> None:
    population, customers = bench.pair()
    for at, row in enumerate(population):
        row[0] = str(at // 2)
    here, there = read_both(bench, bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    assert there.id_column == ""
    same_bytes(bench, here, there)


def spoilt(bench: Bench, what: str) -> tuple[FeatureDictionary, list[list[str]], dict[str, Any]]:
    rows = bench.rows(400, 1)
    dictionary, how = bench.dictionary(), {}
    if what == "ragged":
        rows[333] = rows[333][:3]
    elif what == "repeated":
        rows[390][0], rows[205][0], rows[301][0] = rows[70][0], rows[3][0], rows[3][0]
    elif what == "blank id":
        rows[230][0] = rows[340][0] = " "
    elif what == "few":
        rows = rows[:150]
    elif what == "nobody":
        how["customer_where"] = ("flag", "maybe")
        dictionary = bench.dictionary(*FEATURES[:-1])
    elif what == "none":
        rows = []
    elif what == "levels":
        dictionary = bench.dictionary(*FEATURES[:1], *FEATURES[2:], "score;person;categorical;[]")
        for at, row in enumerate(rows):
            row[2] = f"text {at}"
    return dictionary, rows, how


@pytest.mark.parametrize("what", ["ragged", "repeated", "blank id", "few", "nobody", "none", "levels"])
def test_the_same_refusals(bench: Bench, small_pieces: None, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr("reportgen.ingest.codes.TEXT_LEVELS", 200)
    dictionary, rows, how = spoilt(bench, what)
    customers = None if "customer_where" in how else bench.csv("c.csv", bench.rows(40, 2))
    request = IngestRequest(bench.csv("p.csv", rows), customers, **how)
    told = []
    for workers in (False, True):
        place = bench.blocks()
        crew = Crew(Workers(2), place) if workers else None
        with pytest.raises(InputError) as refused:
            ingest(dictionary, request, place, crew=crew)
        told.append(str(refused.value))
        assert list(place.iterdir()) == []
    assert told[0] == told[1]


def test_blocks_in_a_store(bench: Bench, small_pieces: None) -> None:
    population, customers = bench.pair()
    request = IngestRequest(bench.csv("p.csv", population), bench.csv("c.csv", customers))
    place = "memory://blocks/of-this-build"
    here = ingest(bench.dictionary(), request, bench.blocks())
    there = ingest(bench.dictionary(), request, bench.blocks(), crew=Crew(Workers(2), place))
    assert there.population.blocks[0] == f"{place}/population-00000.parquet"
    bench.same(here, there)
    assert there.population.digest
    assert there.population.digest != there.customers.digest
    remove_all(place)
    with pytest.raises(FileNotFoundError):
        read_block(there.population.blocks[0])


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A store that speaks S3, on this machine, with one bucket."""
    import boto3
    import fsspec.config
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    at = f"http://127.0.0.1:{port}"
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "made-up")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setitem(fsspec.config.conf, "s3", {"endpoint_url": at})
    client = boto3.client("s3", endpoint_url=at)
    client.create_bucket(Bucket="rows")
    yield "s3://rows/blocks"
    client.close()
    server.stop()


@pytest.mark.filterwarnings("default::DeprecationWarning", "default::ResourceWarning")
def test_blocks_in_s3(bench: Bench, small_pieces: None, s3: str) -> None:
    population, customers = bench.pair()
    request = IngestRequest(bench.csv("p.csv", population), bench.csv("c.csv", customers))
    here = ingest(bench.dictionary(), request, bench.blocks())
    there = ingest(bench.dictionary(), request, bench.blocks(), crew=Crew(Workers(2), s3))
    bench.same(here, there)
    for block, twin in zip(here.population.blocks, there.population.blocks, strict=True):
        assert Path(block).read_bytes() == read_bytes(twin)
    remove_all(s3)
    with pytest.raises(FileNotFoundError):
        read_block(there.population.blocks[0])


def test_only_so_many_tasks_read_a_file_that_cannot_be_cut() -> None:
    reader: Any = object()
    whole, cut = Piece(reader, None), Piece(reader, (0, 9))
    one = stretches([whole], [1_000], [1_000], 64, 2)
    assert [(s.first, s.start, s.stop) for s in one] == [(0, 0, 1_000)]
    two = stretches([whole, cut, cut, cut], [100, 64, 64, 64], [100, 64, 64, 64], 64, 2)
    assert [(s.first, s.start, s.stop, len(s.pieces), s.offset) for s in two] == [
        (0, 0, 128, 2, 0), (2, 128, 256, 3, 100), (4, 256, 292, 1, 228),
    ]  # fmt: skip


def test_every_row_is_in_one_stretch() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        held = rng.integers(0, 60, rng.integers(1, 12)).tolist()
        rows = [h + int(rng.integers(0, 9)) for h in held]
        numbers: Any = range(len(held))  # stand for the readers
        pieces = [Piece(number, None if rng.random() < 0.3 else (0, 1)) for number in numbers]
        size = int(rng.integers(1, 40))
        at = 0
        for stretch in stretches(pieces, held, rows, size, int(rng.integers(1, 5))):
            first: Any = stretch.pieces[0].reader
            last: Any = stretch.pieces[-1].reader
            assert stretch.start == at == stretch.first * size
            assert (stretch.offset, stretch.before) == (sum(held[:first]), sum(rows[:first]))
            assert stretch.offset <= stretch.start < stretch.stop <= sum(held[: last + 1])
            at = stretch.stop
        assert at == sum(held)


def test_progress_counts_every_row(bench: Bench, small_pieces: None) -> None:
    population, customers = bench.pair()
    request = IngestRequest(bench.csv("p.csv", population), bench.csv("c.csv", customers))
    seen: list[tuple[str, int]] = []
    place = bench.blocks()
    ingest(bench.dictionary(), request, place, lambda *told: seen.append(told), crew=Crew(Workers(2), place))
    assert [rows for side, rows in seen if side == "population"] == sorted(
        rows for side, rows in seen if side == "population"
    )
    assert dict(seen) == {"population": 301, "customers": 40}
