"""What `reportgen init` makes of files that nobody has described yet."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reportgen.config import CustomerWhere, load_config
from reportgen.config_model import config_fields
from reportgen.dictionary import Kind, Role, Sensitivity, read_dictionary
from reportgen.errors import ConfigError, InputError
from reportgen.infer import FileFormat, InferredDictionary, infer_dictionary, write_init
from reportgen.infer_feature import GUESSED_MISSING, GUESSED_SCALE, NOT_IN_CUSTOMERS, SAME_FOR_CUSTOMERS, GuessedFeature
from reportgen.infer_words import is_date, missing_codes, scale_order, sensitivity_of, standard_of, words_of
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import Status

ROWS = 600


def cycle(*codes: object) -> list[str]:
    return [str(codes[row % len(codes)]) for row in range(ROWS)]


def spread(low: int, high: int, step: float = 1) -> list[str]:
    """Many different numbers, in an order that is not theirs."""
    numbers = np.random.default_rng(1).integers(low, high, ROWS)
    return [f"{number * step:g}" for number in numbers]


def write_csv(path: Path, columns: Mapping[str, Sequence[str]], delimiter: str = ";") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def guess(tmp_path: Path, name: str, cells: Sequence[str]) -> GuessedFeature:
    path = write_csv(tmp_path / "p.csv", {"id": [f"r{n}" for n in range(ROWS)], name: cells, "z": cycle("a", "b")})
    inferred = infer_dictionary(path)
    assert inferred.id_column == "id"
    return next(feature for feature in inferred.features if feature.name == name)


@pytest.mark.parametrize(
    ("name", "cells", "kind", "missing"),
    [
        ("loan", cycle("yes", "no"), Kind.BINARY, []),
        ("loan", cycle("yes", "no", "unknown", ""), Kind.BINARY, ["unknown"]),
        ("flag", cycle(0, 1, -1), Kind.ORDINAL, []),
        ("flag", cycle(-1, 1), Kind.BINARY, []),
        ("flag", cycle(0, 1, 9), Kind.BINARY, ["9"]),
        ("flag", cycle("1.0", "2.0"), Kind.BINARY, []),
        ("job", cycle("clerk", "cook", "N/A", "smith"), Kind.CATEGORICAL, ["N/A"]),
        ("code", cycle(1, 2, 3, 4, 5), Kind.ORDINAL, []),
        ("code", cycle(-1, 0, 1, 2, 3), Kind.ORDINAL, ["-1"]),
        ("code", cycle(1, 2, 3, 4, 9), Kind.ORDINAL, ["9"]),
        ("code", cycle(1, 2, 3, 4, 5, 6, 7, 9), Kind.ORDINAL, []),
        ("code", cycle(1, 2, 3, 99, "X"), Kind.ORDINAL, ["99", "X"]),
        ("cameo", cycle("11", "23", "24", "51", "XX"), Kind.NUMERIC, ["XX"]),
        ("cameo", cycle("1A", "2B", "3C", "XX"), Kind.CATEGORICAL, ["XX"]),
        ("letter", cycle("W", "X", "Y"), Kind.CATEGORICAL, []),
        ("day", cycle(*range(1, 32)), Kind.NUMERIC, []),
        ("year", cycle(*range(1990, 1998)), Kind.NUMERIC, []),
        ("amount", spread(0, 9000), Kind.NUMERIC, []),
        ("amount", spread(-500, 9000, 0.5), Kind.NUMERIC, []),
        ("pdays", ["-1"] * 300 + spread(0, 400)[:300], Kind.NUMERIC, ["-1"]),
        ("pdays", cycle(999, *range(20)), Kind.NUMERIC, ["999"]),
        ("balance", ["-1"] * 300 + spread(-4000, 9000)[:300], Kind.NUMERIC, []),
        ("amount", ["?"] * 300 + spread(0, 900)[:300], Kind.NUMERIC, ["?"]),
        ("children", cycle("none", 1, 2, 3), Kind.ORDINAL, ["none"]),
        ("pet", cycle("none", "cat", "dog"), Kind.CATEGORICAL, []),
        ("land", cycle("DE", "NA", "FR", "IT"), Kind.CATEGORICAL, []),
        ("level", cycle("high", "low", "medium"), Kind.ORDINAL, []),
        ("income", cycle("20k-40k", "under 20k", "40k-60k", "60k+"), Kind.ORDINAL, []),
        ("constant", cycle("x"), Kind.CATEGORICAL, []),
        ("empty", cycle(""), Kind.CATEGORICAL, []),
        ("nothing", cycle("?"), Kind.CATEGORICAL, ["?"]),
    ],
)  # fmt: skip
def test_the_kind_and_the_missing_codes_are_guessed(
    tmp_path: Path, name: str, cells: list[str], kind: Kind, missing: list[str]
) -> None:
    feature = guess(tmp_path, name, cells)
    assert (feature.kind, list(feature.missing), feature.role) == (kind, missing, "")


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("joined", [f"2020-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(ROWS)]),
        ("birth date", [f"{1 + n % 28}.{1 + n % 12}.{1950 + n % 50}" for n in range(ROWS)]),
        ("day", [f"20{10 + n % 10}{1 + n % 12:02}{1 + n % 28:02}" for n in range(ROWS)]),
        ("zip code", spread(10000, 99999)),
        ("e-mail", [f"person{n}@example.org" for n in range(ROWS)]),
        ("customer_number", [str(n + 7) for n in range(ROWS)]),
        ("opinion", [f"a text of its own, number {n}, that goes on and on for a while" for n in range(ROWS)]),
        ("words", [f"word {n % 400}" for n in range(ROWS)]),
    ],
)
def test_what_tells_nothing_about_groups_is_left_out(tmp_path: Path, name: str, cells: list[str]) -> None:
    feature = guess(tmp_path, name, cells)
    assert (feature.role, feature.codes) == ("ignore", ())
    assert feature.doubts[0][0].startswith("left out")


def test_columns_are_described_in_words(tmp_path: Path) -> None:
    age = guess(tmp_path, "customer_age", spread(18, 95))
    assert (age.label, age.direction, age.standard) == ("customer age", "ascending", "age")
    assert (age.more, age.less) == ("older people", "younger people")
    sex = guess(tmp_path, "Gender", cycle("M", "F"))
    assert (sex.standard, sex.codes) == ("sex", (("F", "F"), ("M", "M")))
    region = guess(tmp_path, "home_region", cycle("North", "far.south", "West_End"))
    assert region.standard == "region"
    assert region.codes == (("far.south", "far south"), ("North", "North"), ("West_End", "West End"))
    assert guess(tmp_path, "HH_SIZE", cycle(1, 2, 3)).information_level == "household"
    scale = guess(tmp_path, "mood", cycle(3, 1, 2, 10, 4, 5, 6, 7, 8, 9))
    assert scale.codes == tuple((str(code), "") for code in range(1, 11))
    assert (scale.direction, scale.doubts) == ("", ((GUESSED_SCALE, ""),))
    order = guess(tmp_path, "satisfaction", cycle("good", "very good", "poor"))
    assert [code for code, _ in order.codes] == ["poor", "good", "very good"]
    assert order.direction == "ascending"
    assert guess(tmp_path, "code", cycle(-1, 0, 1, 2)).doubts[-1] == (GUESSED_MISSING, "-1")


def test_only_the_first_column_of_a_standard_keeps_it(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", {"age": spread(18, 95), "age_of_car": spread(0, 30), "n": cycle("a", "b")})
    inferred = infer_dictionary(path)
    assert [feature.standard for feature in inferred.features] == ["age", "", ""]
    assert (inferred.features[1].more, inferred.id_column) == ("", None)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nationality", "special"), ("religious_group", "special"), ("healthState", "special"), ("race", "special"),
        ("ethnicGroup", "special"), ("country of birth", "special"), ("DISABILITY", "special"), ("origin", "special"),
        ("native-country", "special"), ("trace", ""), ("country", ""), ("original_price", ""), ("language", "proxy"),
    ],
)  # fmt: skip
def test_sensitive_names_are_known(name: str, expected: str) -> None:
    assert sensitivity_of(name) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [("sex", "sex"), ("ANREDE_KZ", "sex"), ("ageGroup", "age"), ("average", ""), ("US_State", "region"), ("stage", "")],
)
def test_standard_names_are_known(name: str, expected: str) -> None:
    assert standard_of(name) == expected


@pytest.mark.parametrize(
    ("codes", "order"),
    [
        (["Tertiary", "primary", "secondary"], ["primary", "secondary", "Tertiary"]),
        (["mar", "jan", "dec"], ["jan", "mar", "dec"]),
        (["Sun", "Mon", "Fri"], ["Mon", "Fri", "Sun"]),
        (["XL", "S", "M"], ["S", "M", "XL"]),
        (["high.school", "basic.9y", "university.degree"], ["basic.9y", "high.school", "university.degree"]),
        (["very-high", "medium", "low"], ["low", "medium", "very-high"]),
        (["18-24", "<18", "25+"], ["<18", "18-24", "25+"]),
        (["$1,000 to $2,000", "over $2,000", "under $1,000"], ["under $1,000", "$1,000 to $2,000", "over $2,000"]),
        (["1", "2", "3"], None),
        (["medium", "average", "low"], None),
        (["low", "high"], None),
        (["1-room", "2-room", "3-room"], None),
        ([], None),
    ],
)
def test_known_scales_and_bands_are_put_in_order(codes: list[str], order: list[str] | None) -> None:
    assert scale_order(codes) == order


def test_missing_codes_need_to_stand_apart() -> None:
    assert missing_codes(["1", "2", "9"], complete=True) == ["9"]
    assert missing_codes(["1", "2", "9"], complete=False) == []
    assert missing_codes(["1", "60", "99"], complete=True) == []
    assert missing_codes(["-1", "0", "5"], complete=True, lowest=-7.0) == []
    assert missing_codes(["-1", "-9", "0", "5"], complete=True, lowest=-9.0) == ["-1", "-9"]
    assert missing_codes(["-1", "-2", "0", "5"], complete=True) == []
    assert missing_codes(["-1", "0.5", "5"], complete=True) == []
    assert missing_codes([], complete=True) == []


def test_dates_and_words() -> None:
    assert all(map(is_date, ["2020-01-31", "2020-01", "31.1.2020", "1/31/20", "20200131", "2020-01-31T10:00:00"]))
    assert not any(map(is_date, ["2020", "12345678", "1-2", "31.1", "200"]))
    assert words_of("customerAge_in-Years") == {"customer", "age", "in", "years"}


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"LNR": list(map(str, range(ROWS))), "a": cycle(1, 2)}, "LNR"),
        ({"a": cycle(1, 2), "customerId": [f"c{n}" for n in range(ROWS)]}, "customerId"),
        ({"person": [f"c{n}" for n in range(ROWS)], "a": cycle(1, 2)}, "person"),
        ({"a": cycle(1, 2), "person": [f"c{n}" for n in range(ROWS)]}, None),
        ({"score": [f"{n / 7:.6f}" for n in range(ROWS)], "a": cycle(1, 2)}, None),
        ({"id": cycle(*range(300)), "a": cycle(1, 2)}, None),
    ],
)
def test_an_id_is_unique_and_named_so_or_first(
    tmp_path: Path, columns: dict[str, list[str]], expected: str | None
) -> None:
    inferred = infer_dictionary(write_csv(tmp_path / "p.csv", columns))
    assert inferred.id_column == expected
    assert expected not in [feature.name for feature in inferred.features]


def two_files(tmp_path: Path) -> tuple[Path, Path]:
    population = {
        "id": list(map(str, range(ROWS))), "age": spread(18, 95), "bought": cycle("yes", "no"),
        "only here": cycle(1, 2, 3),
        "race": cycle("a", "b", "c"),
    }  # fmt: skip
    customers = {name: cells[::2] for name, cells in population.items() if name != "only here"}
    customers["channel"] = ["shop"] * 300
    return write_csv(tmp_path / "p.csv", population), write_csv(tmp_path / "c.csv", customers, ",")


def test_the_customer_file_is_looked_at_too(tmp_path: Path) -> None:
    inferred = infer_dictionary(*two_files(tmp_path))
    features = {feature.name: feature for feature in inferred.features}
    assert inferred.id_column == "id"
    assert (features["only here"].role, features["only here"].doubts[-1][0]) == ("ignore", NOT_IN_CUSTOMERS)
    assert features["bought"].doubts == ((SAME_FOR_CUSTOMERS, ""),)
    notes = "\n".join(inferred.notes)
    assert "only in the customer file, and therefore not used: channel" in notes
    assert "race" in notes


def test_an_id_that_the_customers_lack_is_no_id(tmp_path: Path) -> None:
    population = write_csv(tmp_path / "p.csv", {"id": list(map(str, range(ROWS))), "a": cycle(1, 2), "b": cycle(1, 2)})
    customers = write_csv(tmp_path / "c.csv", {"a": cycle(1, 2), "b": cycle(1, 2)})
    inferred = infer_dictionary(population, customers)
    assert inferred.id_column is None
    assert inferred.features[0].role == "ignore"


def test_the_column_that_marks_customers_is_no_feature(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "p.csv", {"a": cycle(1, 2, 3), "y": cycle("yes", "no")})
    inferred = infer_dictionary(path, customer_where=CustomerWhere(column="y", value="yes"))
    assert [feature.name for feature in inferred.features] == ["a"]
    for wrong in ({"customer_where": CustomerWhere(column="Y1", value="yes")}, {"id_column": "yy"}):
        with pytest.raises(InputError, match=r"p\.csv has no column"):
            infer_dictionary(path, **wrong)
    with pytest.raises(InputError, match=r"no row has 'Yes' in column y.*\n  Values that occur there: (yes|no) \("):
        infer_dictionary(path, customer_where=CustomerWhere(column="y", value="Yes"))


def test_lists_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    columns = {"a": cycle(1, 2, 3), "tags": [["x"]] * ROWS, "more": [["x"], ["x", "y"]] * (ROWS // 2)}
    pq.write_table(pa.table(columns), path)
    roles = {feature.name: feature.role for feature in infer_dictionary(path).features}
    assert roles == {"a": "", "tags": "ignore", "more": "ignore"}


def test_what_is_written_can_be_read_and_names_everything(tmp_path: Path) -> None:
    population, customers = two_files(tmp_path)
    target = tmp_path / "job" / "reportgen.toml"
    written = write_init(target, population, customers)
    assert written == [target.parent / "dictionary" / name for name in ("features.csv", "values.csv")] + [target]
    text = target.read_text(encoding="utf-8")
    for key, info in config_fields():
        name = key.partition(".")[2]
        assert f"\n{name} = " in text or f"\n# {name} = " in text
        assert info.description
        assert info.description in text
    assert tomllib.loads(text)["inputs"] == {
        "population": "../p.csv", "customers": "../c.csv", "dictionary": "dictionary", "id": "id",
    }  # fmt: skip
    config = load_config(target, {}, {}, tmp_path)
    assert config.inputs.population.resolve() == population.resolve()
    assert "channel" in text
    features = read_dictionary(config.inputs.dictionary).by_name
    assert features["race"].sensitivity is Sensitivity.SPECIAL
    assert features["only here"].role is Role.IGNORE
    assert list(features["bought"].values) == ["no", "yes"]
    header = written[0].read_text(encoding="utf-8").splitlines()[0]
    assert header.endswith("label;direction;role;sensitivity;weight;more;less;family;standard;basis")


def test_every_commented_example_is_itself_allowed(tmp_path: Path) -> None:
    population, _ = two_files(tmp_path)
    target = tmp_path / "reportgen.toml"
    write_init(target, population, customer_where="bought=yes", file_format=FileFormat(delimiter=";", encoding="utf-8"))
    text = target.read_text(encoding="utf-8")
    config = load_config(target, {}, {}, tmp_path)
    assert (config.inputs.delimiter, config.inputs.encoding) == (";", "utf-8")
    assert str(config.inputs.customer_where) == "bought=yes"
    names = [key.partition(".")[2] for key, _ in config_fields() if key != "inputs.customers"]
    for name in names:
        text = text.replace(f"\n# {name} = ", f"\n{name} = ")
    target.write_text(text, encoding="utf-8")
    config = load_config(target, {}, {}, tmp_path)
    assert (config.analysis.k, config.inputs.id) == (8, "id")


def test_odd_names_and_codes_survive_the_way_through_the_files(tmp_path: Path) -> None:
    columns = {
        'a;"b"': cycle("x;y", 'say "hi"', "z", "ü"),
        "line\nbreak": cycle("one\ntwo", "three", "four"), "=1+1": cycle(1, 2, 3),
    }  # fmt: skip
    target = tmp_path / "reportgen.toml"
    write_init(target, write_csv(tmp_path / "odd, name.csv", columns))
    dictionary = read_dictionary(tmp_path / "dictionary")
    assert next(iter(dictionary.by_name)) == 'a;"b"'
    assert set(dictionary.features[0].values) == {"x;y", 'say "hi"', "z", "ü"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    population, customers = two_files(tmp_path)
    target = tmp_path / "reportgen.toml"
    target.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"reportgen\.toml exists already"):
        write_init(target, population, customers)
    assert target.read_text(encoding="utf-8") == "mine"
    target.unlink()
    values = tmp_path / "dictionary" / "values.csv"
    values.parent.mkdir()
    values.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"values\.csv exists already"):
        write_init(target, population, customers)
    assert [path.name for path in values.parent.iterdir()] == ["values.csv"]
    assert not target.exists()


def test_a_condition_without_value_is_refused(tmp_path: Path) -> None:
    population, _ = two_files(tmp_path)
    with pytest.raises(ConfigError, match="names no column and value"):
        write_init(tmp_path / "reportgen.toml", population, customer_where="bought")


def test_a_missing_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write_init(tmp_path / "reportgen.toml", tmp_path / "nowhere.csv")
    assert list(tmp_path.iterdir()) == []


def test_the_azdias_columns_take_the_dictionary_of_the_package(tmp_path: Path) -> None:
    names = [feature.name for feature in read_dictionary("azdias").features]
    path = write_csv(
        tmp_path / "p.csv", {"LNR": list(map(str, range(ROWS))), **{name: cycle(1, 2, 3) for name in names}}
    )
    target = tmp_path / "job" / "reportgen.toml"
    assert write_init(target, path, path) == [target]
    config = load_config(target, {}, {}, tmp_path)
    assert (config.inputs.dictionary, config.inputs.id) == (Path("azdias"), "LNR")
    assert not (tmp_path / "job" / "dictionary").exists()


def _kinds(inferred: InferredDictionary) -> dict[str, str]:
    return {feature.name: feature.kind.value for feature in inferred.features}


@pytest.mark.parametrize(
    ("folder", "different"),
    [("bank_marketing", {"education": "ordinal", "month": "ordinal", "contact": "binary"}),
     ("adult", {"education-num": "numeric"})],
)  # fmt: skip
def test_real_files_are_guessed_as_their_own_dictionaries_say(
    shared_data: Path, folder: str, different: dict[str, str]
) -> None:
    place = shared_data / folder
    inferred = infer_dictionary(place / "population.csv", place / "customers.csv")
    told = read_dictionary(place / "features.csv")
    assert inferred.id_column == "LNR"
    assert _kinds(inferred) == {feature.name: feature.kind.value for feature in told.features} | different
    missing = {feature.name: set(feature.missing) for feature in inferred.features}
    assert missing == {feature.name: set(feature.missing) for feature in told.features}


def everyday_columns() -> dict[str, list[str]]:
    """The columns of a customer base as companies keep them."""
    return {
        "customer_id": [f"K{n:05}" for n in range(ROWS)],
        "Geburtsdatum": [f"{1 + n % 28}.{1 + n % 12}.{1950 + n % 50}" for n in range(ROWS)],
        "age": spread(18, 95),
        "gender": cycle("f", "m", "", "unknown"),
        "income band": cycle("<20k", "20k-40k", "40k-60k", "60k+"),
        "city": cycle(*(f"Town {n}" for n in range(90))),
        "spend": [number.replace(".", ",") for number in spread(100, 90000, 0.25)],
        "visits": cycle(*range(12)),
        "tier": cycle("gold", "silver", "bronze", "N/A"),
        "rating": cycle(1, 2, 3, 4, 5, -1, 9),
        "comment": [f"said thing {n}" for n in range(ROWS)],
        "nationality": cycle("DE", "AT", "CH"),
        "all blank": cycle(""),
        "Straße": cycle("yes", "no"),
        "bought": cycle("yes", "no", "no"),
    }


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), ("\t", "cp1252")])
@pytest.mark.parametrize("in_one_file", [True, False])
def test_a_guess_is_good_enough_to_read_the_data_at_once(
    tmp_path: Path, delimiter: str, encoding: str, in_one_file: bool
) -> None:
    columns = everyday_columns()
    bought = columns["bought"]
    if not in_one_file:
        del columns["bought"]
    buyers = {name: [c for c, b in zip(cells, bought, strict=True) if b == "yes"] for name, cells in columns.items()}
    population, customers = (
        write_csv(tmp_path / name, content, delimiter) for name, content in (("p.csv", columns), ("c.csv", buyers))
    )
    for path in (population, customers):
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    target = tmp_path / "job" / "reportgen.toml"
    if in_one_file:
        write_init(target, population, customer_where="bought=yes")
    else:
        write_init(target, population, customers)
    inputs = load_config(target, {}, {}, tmp_path).inputs
    where = (inputs.customer_where.column, inputs.customer_where.value) if inputs.customer_where else None
    request = IngestRequest(inputs.population, inputs.customers, where, inputs.id)
    (tmp_path / "blocks").mkdir()
    table = ingest(read_dictionary(inputs.dictionary), request, tmp_path / "blocks")
    assert (table.population.rows, table.customers.rows, table.id_column) == (ROWS, ROWS // 3, "customer_id")
    assert table.undeclared == ()
    kinds = {column.name: column.feature.kind.value for column in table.columns}
    assert kinds == {
        "age": "numeric", "gender": "binary", "income band": "ordinal", "city": "categorical", "spend": "numeric",
        "visits": "ordinal", "tier": "ordinal", "rating": "ordinal", "nationality": "categorical",
        "all blank": "categorical", "Straße": "binary",
    }  # fmt: skip
    assert not any((column.status == Status.UNKNOWN).any() for column in table.columns)
