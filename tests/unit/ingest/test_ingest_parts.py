"""Parts are read like the one file that they were cut from, and messages name the part."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reportgen.errors import InputError
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.profile import profile_columns
from reportgen.inputs import combined_sha256, sha256_of

if TYPE_CHECKING:
    from tests.unit.ingest.conftest import Bench, Rows

CUTS = ((0, 100), (100, 101), (101, 230), (230, 301))


def cut(bench: Bench, folder: str, rows: Rows, suffix: str = ".csv", **how: Any) -> Path:
    """Write rows as parts, of which the tenth comes after the second."""
    (bench.folder / folder).mkdir()
    for number, (start, stop) in zip((1, 2, 3, 10), CUTS, strict=True):
        bench.csv(f"{folder}/part-{number}{suffix}", rows[start:stop], **how)
    return bench.folder / folder


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("pattern", ["", "part-*.csv"])
def test_parts_are_like_one_file(bench: Bench, pattern: str) -> None:
    population, customers = bench.pair()
    parts = cut(bench, "parts", population)
    whole = bench.plain()
    asked = parts / pattern if pattern else parts
    table = bench.read(bench.dictionary(), asked, bench.csv("c.csv", customers))
    bench.same(whole, table)
    source = table.population.source
    files = [parts / f"part-{number}.csv" for number in (1, 2, 3, 10)]
    assert source.name == (pattern or "parts")
    assert [(part.name, part.rows, part.size, part.sha256) for part in source.parts] == [
        (file.name, stop - start, file.stat().st_size, sha256_of(file))
        for file, (start, stop) in zip(files, CUTS, strict=True)
    ]
    assert source.size == sum(file.stat().st_size for file in files)
    assert source.sha256 == combined_sha256([sha256_of(file) for file in files])
    assert [seen.path for seen in source.files] == [str(file) for file in files]
    assert whole.population.source.parts == ()


def test_parts_that_hold_both_sides(bench: Bench) -> None:
    rows = bench.rows(301, 1)
    lines = ["age;p;numeric;[0]", "type;p;mixed;[X]"]
    one = bench.read(bench.dictionary(*lines), bench.csv("p.csv", rows), customer_where=("flag", "y"))
    parts = bench.read(bench.dictionary(*lines), cut(bench, "parts", rows), customer_where=("flag", "y"))
    bench.same(one, parts)
    assert [part.rows for part in parts.customers.source.parts] == [stop - start for start, stop in CUTS]


def test_each_part_may_be_written_its_own_way(bench: Bench) -> None:
    population, customers = bench.pair()
    parts = cut(bench, "parts", population)
    bench.csv("parts/part-2.csv", population[100:101], encoding="cp1252", delimiter=",")
    reordered = [[row[5], *row[:5]] for row in population[101:230]]
    bench.csv("parts/part-3.csv", reordered, header=["flag", "LNR", "age", "score", "grade", "type"])
    (parts / "part-10.csv").unlink()
    bench.csv("parts/part-10.csv.gz", population[230:])
    table = bench.read(bench.dictionary(), parts, bench.csv("c.csv", customers))
    bench.same(bench.plain(), table)
    assert table.population.source.delimiter == ";, ,"


def test_the_decimal_sign_is_that_of_all_parts(bench: Bench) -> None:
    population, customers = bench.pair()
    for row in population[:100]:
        row[2] = "7"  # the first part does not tell
    german = [[*row[:2], row[2].replace(".", ","), *row[3:]] for row in population]
    one = bench.read(bench.dictionary(), bench.csv("p.csv", german), bench.csv("c.csv", customers))
    parts = bench.read(bench.dictionary(), cut(bench, "parts", german), bench.csv("c.csv", customers))
    bench.same(one, parts)
    assert "2.5" in bench.column(parts, "score").codes
    given = bench.read(bench.dictionary(), cut(bench, "again", german), bench.csv("c.csv", customers), decimal=",")
    assert bench.cells(given, "population", "score") == bench.cells(parts, "population", "score")


def test_parts_of_other_kinds(bench: Bench) -> None:
    population, customers = bench.pair()
    whole = bench.read(bench.dictionary(), bench.csv("p.csv", population), bench.csv("c.csv", customers))
    folder = bench.folder / "parquet"
    folder.mkdir()
    for number, (start, stop) in enumerate(CUTS):
        columns = dict(
            zip(
                ["LNR", "age", "score", "grade", "type", "flag"], zip(*population[start:stop], strict=True), strict=True
            )
        )
        bench.parquet(f"parquet/{number}.parquet", {name: list(cells) for name, cells in columns.items()})
    table = bench.read(bench.dictionary(), folder, bench.folder / "c.csv")
    bench.same(whole, table)
    assert table.population.source.encoding == "parquet"


def test_a_part_without_rows_counts(bench: Bench) -> None:
    population, customers = bench.pair()
    parts = cut(bench, "parts", population)
    bench.csv("parts/part-11.csv", [])
    table = bench.read(bench.dictionary(), parts, bench.csv("c.csv", customers))
    assert table.population.source.parts[-1].rows == 0
    bench.same(bench.plain(), table)


def test_a_profile_sees_all_parts(bench: Bench) -> None:
    population, _ = bench.pair()
    one = profile_columns(bench.csv("p.csv", population))
    assert profile_columns(cut(bench, "parts", population)) == one


def refused(bench: Bench, parts: Path) -> InputError:
    _, customers = bench.pair()
    request = IngestRequest(parts, bench.csv("c.csv", customers))
    folder = bench.blocks()
    with pytest.raises(InputError) as caught:
        ingest(bench.dictionary(), request, folder)
    assert caught.value.hint
    assert list(folder.iterdir()) == []
    return caught.value


def test_a_ragged_line_names_its_part_and_line(bench: Bench) -> None:
    parts = cut(bench, "parts", bench.pair()[0])
    path = parts / "part-3.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[40] += ";surplus"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert refused(bench, parts).message.startswith("part-3.csv line 41: 7 cells instead of 6")


def test_a_repeated_id_names_both_parts(bench: Bench) -> None:
    population, _ = bench.pair()
    population[240][0] = population[50][0]
    message = refused(bench, cut(bench, "parts", population)).message
    assert message == ("parts: id 51 in column LNR stands on part-1.csv line 52 and again on part-10.csv line 12")


def test_a_blank_id_names_its_part(bench: Bench) -> None:
    population, _ = bench.pair()
    population[105][0] = ""
    message = refused(bench, cut(bench, "parts", population)).message
    assert message == "part-3.csv line 6: the id in column LNR is blank"


@pytest.mark.parametrize(
    ("header", "said"),
    [
        (["LNR", "age", "score", "grade", "type", "flog"], "part-2.csv lacks the column flag, which part-1.csv has"),
        (
            ["LNR", "age", "score", "grade", "type", "flag", "a", "b", "c", "d"],
            "part-2.csv has the columns a, b, c and 1 more, which part-1.csv lacks",
        ),
    ],
)
def test_other_columns_name_the_part(bench: Bench, header: list[str], said: str) -> None:
    population, _ = bench.pair()
    parts = cut(bench, "parts", population)
    row = population[100] + ["x"] * (len(header) - 6)
    bench.csv("parts/part-2.csv", [row], header=header)
    assert refused(bench, parts).message == said


def test_a_stray_file_names_itself(bench: Bench) -> None:
    parts = cut(bench, "parts", bench.pair()[0])
    bench.raw("parts/README.md", "What this is\n")
    assert refused(bench, parts).message.startswith("README.md line 1: one column found")


def test_a_part_of_another_kind_names_itself(bench: Bench) -> None:
    parts = cut(bench, "parts", bench.pair()[0])
    bench.parquet("parts/part-4.parquet", {name: ["1"] for name in ("LNR", "age", "score", "grade", "type", "flag")})
    assert "part-4.parquet is of another kind than part-1.csv" in refused(bench, parts).message


@pytest.mark.parametrize("content", [b"", b"\0\1"])
def test_a_spoilt_part_names_itself(bench: Bench, content: bytes) -> None:
    parts = cut(bench, "parts", bench.pair()[0])
    (parts / "part-3.csv").write_bytes(content)
    assert refused(bench, parts).message.startswith("part-3.csv")


def test_too_few_rows_over_all_parts(bench: Bench) -> None:
    parts = cut(bench, "parts", bench.pair()[0])
    shutil.move(parts / "part-3.csv", bench.folder / "away.csv")
    assert refused(bench, parts).message == "parts has 172 rows, fewer than 200"


def test_a_file_that_changes_while_it_is_read_is_refused(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    population, customers = bench.pair()
    path = bench.csv("p.csv", population)
    request = IngestRequest(path, bench.csv("c.csv", customers))

    def write_on(side: str, rows: int) -> None:
        with path.open("a", encoding="utf-8") as file:
            file.write("999;1;1;1;X;y\n")

    with pytest.raises(InputError, match=r"p\.csv changed while it was read"):
        ingest(bench.dictionary(), request, bench.blocks(), write_on)
