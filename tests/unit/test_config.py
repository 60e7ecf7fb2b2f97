"""Settings: which layer wins, what a path is relative to, and how every problem is told."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from reportgen.config import Config, CustomerWhere, Inputs, config_reference, load_config, toml_text
from reportgen.config_model import allowed_values, config_fields
from reportgen.config_sources import option_name, variable_names
from reportgen.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
MINIMAL = '[inputs]\npopulation = "p.csv"\ncustomers = "c.csv"\ndictionary = "azdias"\n'
FLAGS = {"inputs.population": Path("p.csv"), "inputs.customers": Path("c.csv"), "inputs.dictionary": Path("azdias")}


def written(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / "reportgen.toml"
    path.write_text(text, encoding="utf-8")
    return path


def problems_of(
    tmp_path: Path,
    text: str = MINIMAL,
    flags: dict[str, object] | None = None,
    environ: dict[str, str] | None = None,
) -> str:
    written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path / "reportgen.toml", flags or {}, environ or {}, tmp_path)
    return caught.value.message


def test_flags_alone_are_enough(tmp_path: Path) -> None:
    config = load_config(None, FLAGS, {}, tmp_path)
    assert config.inputs.population == tmp_path / "p.csv"
    assert config.inputs.dictionary == Path("azdias")
    assert config.output.dir == tmp_path / "output"
    assert (config.output.pdf, config.output.single_file) == (True, True)
    settings = config.analysis
    assert (settings.k, settings.k_max, settings.seed, settings.quick) == (None, 15, 1, False)
    assert (settings.max_missing, settings.row_threshold, settings.cluster_on) == (0.30, None, "components")
    assert (settings.min_explained, settings.twins, settings.threads) == (0.8, 0.95, None)
    assert (config.report.lang, config.report.title, config.segments.names) == ("en", None, {})


def test_flags_beat_variables_beat_the_file(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL + "[analysis]\nk = 3\nseed = 3\nk_max = 9\n")
    environ = {"REPORTGEN_K": "4", "REPORTGEN_ANALYSIS_SEED": "4"}
    config = load_config(None, {"analysis.k": 5, "analysis.seed": None}, environ, tmp_path)
    assert (config.analysis.k, config.analysis.seed, config.analysis.k_max) == (5, 4, 9)


def test_paths_start_from_the_file_or_from_the_working_directory(tmp_path: Path) -> None:
    path = written(tmp_path / "job", MINIMAL + '[output]\ndir = "out"\n')
    config = load_config(path, {"inputs.customers": "mine.csv"}, {"REPORTGEN_DICTIONARY": "d.csv"}, tmp_path / "here")
    assert config.inputs.population == tmp_path / "job" / "p.csv"
    assert config.inputs.customers == tmp_path / "here" / "mine.csv"
    assert config.inputs.dictionary == tmp_path / "here" / "d.csv"
    assert config.output.dir == tmp_path / "job" / "out"


def test_the_word_azdias_yields_to_a_file_of_that_name(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL)
    assert load_config(path, {}, {}, tmp_path).inputs.dictionary == Path("azdias")
    (tmp_path / "azdias").mkdir()
    assert load_config(path, {}, {}, tmp_path).inputs.dictionary == tmp_path / "azdias"


def test_the_default_file_is_read_only_when_no_population_is_named(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL + "[analysis]\nk = 7\n")
    assert load_config(None, {}, {}, tmp_path).analysis.k == 7
    assert load_config(None, FLAGS, {}, tmp_path).analysis.k is None
    environ = {"REPORTGEN_POPULATION": "p.csv", "REPORTGEN_CUSTOMERS": "c.csv", "REPORTGEN_DICTIONARY": "d.csv"}
    assert load_config(None, {}, environ, tmp_path).analysis.k is None
    assert load_config(Path("reportgen.toml"), FLAGS, {}, tmp_path).analysis.k == 7


def test_a_column_or_a_file_marks_customers_and_the_higher_layer_wins(tmp_path: Path) -> None:
    written(tmp_path, MINIMAL)
    config = load_config(None, {"inputs.customer_where": " y = yes=1 "}, {}, tmp_path)
    assert config.inputs.customers is None
    assert config.inputs.customer_where == CustomerWhere(column="y", value="yes=1")
    assert str(config.inputs.customer_where) == "y=yes=1"
    config = load_config(None, {"inputs.customers": "c2.csv"}, {"REPORTGEN_CUSTOMER_WHERE": "y=1"}, tmp_path)
    assert config.inputs.customers == tmp_path / "c2.csv"
    assert config.inputs.customer_where is None


def test_everything_can_be_set_by_variables(tmp_path: Path) -> None:
    environ = {
        "REPORTGEN_POPULATION": "p.csv", "REPORTGEN_CUSTOMER_WHERE": "y=yes", "REPORTGEN_DICTIONARY": "azdias",
        "REPORTGEN_DELIMITER": "tab", "REPORTGEN_ENCODING": "latin-1", "REPORTGEN_PDF": "no", "REPORTGEN_DIR": "o",
        "REPORTGEN_DATA_AS_OF": "2025-01-31", "REPORTGEN_MAX_MISSING": "0.5", "REPORTGEN_QUICK": "TRUE",
        "REPORTGEN_NAMES": '{A = "Young savers"}', "REPORTGEN_TITLE": "2024", "REPORTGEN_ID": "",
        "REPORTGEN_REQUIRE_ALL": "1", "HOME": "/",
    }  # fmt: skip
    config = load_config(None, {}, environ, tmp_path)
    assert (config.inputs.delimiter, config.inputs.encoding, config.inputs.id) == ("\t", "iso8859-1", None)
    assert (config.output.pdf, config.output.dir) == (False, tmp_path / "o")
    assert (config.report.data_as_of, config.report.title) == (date(2025, 1, 31), "2024")
    assert (config.analysis.max_missing, config.analysis.quick) == (0.5, True)
    assert config.segments.names == {"A": "Young savers"}


def test_everything_can_be_set_in_the_file(tmp_path: Path) -> None:
    text = "\ufeff" + MINIMAL.replace("\n", "\r\n") + (
        'id = "key"\ndelimiter = "|"\ndecimal = ","\nencoding = "UTF8"\nsheet = "Data"\n'
        "[output]\npdf = false\nsingle_file = false\n"
        '[report]\ntitle = "  T  "\ndata_as_of = 2025-01-31\nlang = "en"\norganisation = "Acme"\n'
        "[analysis]\nk = 4\nk_max = 10\nseed = 0\nquick = true\nmax_missing = 0.2\nrow_threshold = 30\n"
        'cluster_on = "encoded"\nmin_explained = 1\ntwins = 0.9\nthreads = 2\n'
        '[segments]\nnames = { A = "Ä", B = "b" }\n'
    )  # fmt: skip
    config = load_config(written(tmp_path, text), {}, {}, tmp_path)
    assert config.inputs.encoding == "utf-8"
    assert config.report.title == "T"
    assert config.analysis.row_threshold == 30
    assert config.segments.names == {"A": "Ä", "B": "b"}
    with pytest.raises(ValidationError):
        config.analysis.k = 5  # type: ignore[misc]


def test_a_quoted_date_is_a_date(tmp_path: Path) -> None:
    path = written(tmp_path, MINIMAL + '[report]\ndata_as_of = "2025-01-31"\n')
    assert load_config(path, {}, {}, tmp_path).report.data_as_of == date(2025, 1, 31)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("k = 1", "1"), ("k = 26", "26"), ("k = 8.0", "8.0"), ('k = "8"', '"8"'), ("k = true", "true"),
        ("k_max = 2", "2"), ("k_max = 26", "26"), ("seed = -1", "-1"), ("quick = 1", "1"), ("quick = 'yes'", '"yes"'),
        ("max_missing = 0", "0"), ("max_missing = 1.0", "1.0"), ("max_missing = nan", "nan"),
        ("row_threshold = -1", "-1"), ("cluster_on = 'rows'", '"rows"'), ("min_explained = 0.0", "0.0"),
        ("min_explained = 1.1", "1.1"), ("twins = 'all'", '"all"'), ("threads = 0", "0"), ("seed = [1]", "[1]"),
    ],
)  # fmt: skip
def test_a_value_out_of_range_is_told_with_place_value_and_what_is_allowed(
    tmp_path: Path, line: str, value: str
) -> None:
    key = "analysis." + line.split(" =")[0]
    allowed = allowed_values(dict(config_fields())[key])
    message = problems_of(tmp_path, MINIMAL + "[analysis]\n" + line + "\n")
    assert message == f"{key} = {value} (reportgen.toml line 6): needs {allowed}"


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("inputs", "delimiter = 'x'"), ("inputs", "decimal = ';'"), ("inputs", "encoding = 'utf-7000'"),
        ("inputs", "encoding = 'base64'"), ("inputs", "encoding = 8"), ("inputs", "id = ''"), ("inputs", "sheet = 1"),
        ("inputs", "customer_where = 'y'"), ("inputs", "customer_where = '=1'"), ("inputs", "customer_where = 1"),
        ("output", "dir = ''"), ("output", "dir = 7"), ("output", "pdf = 'no'"),
        ("report", "title = ''"), ("report", 'title = "a\\nb"'), ("report", "lang = 'fr'"),
        ("report", "data_as_of = 'yesterday'"), ("report", "data_as_of = 7"), ("report", "organisation = ' '"),
        ("segments", "names = { a = 'x' }"), ("segments", "names = { A = '' }"), ("segments", "names = ['x']"),
        ("segments", "names = { AB = 'x' }"), ("segments", "names = { Z = 'x' }"),
    ],
)  # fmt: skip
def test_a_value_that_does_not_fit_names_its_key(tmp_path: Path, table: str, line: str) -> None:
    text = MINIMAL.replace('customers = "c.csv"\n', "") if "customer_where" in line else MINIMAL
    text = text + line + "\n" if table == "inputs" else f"{text}[{table}]\n{line}\n"
    message = problems_of(tmp_path, text)
    assert message.startswith(f"{table}.{line.split(' =')[0]} = ")
    assert "(reportgen.toml line " in message
    assert ": needs " in message


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    text = (
        '[inputs]\npopulation = "p.csv"\ndicionary = "d.csv"\n[analysis]\nk = 99\nkmax = 3\n'
        '[repot]\ntitle = "x"\n[report]\nlang = "fr"\n'
    )
    message = problems_of(tmp_path, text, {"analysis.threads": 0}, {"REPORTGEN_SEDE": "1", "REPORTGEN_TWINS": "two"})
    assert message.startswith("the settings have 10 problems:")
    for expected in (
        "inputs.dicionary (reportgen.toml line 3): unknown key; did you mean dictionary?",
        "analysis.kmax (reportgen.toml line 6): unknown key; did you mean k_max?",
        "repot (reportgen.toml line 7): unknown table; did you mean [report]?",
        "analysis.k = 99 (reportgen.toml line 5): needs a whole number from 2 to 25",
        'report.lang = "fr" (reportgen.toml line 10): needs "en"',
        "analysis.threads = 0 (--threads): needs a whole number from 1",
        'analysis.twins = "two" (REPORTGEN_TWINS): needs a number above 0 and up to 1',
        "REPORTGEN_SEDE: unknown variable; did you mean REPORTGEN_SEED?",
        "inputs.dictionary: no feature dictionary is given",
        "inputs.customers: nobody is marked as a customer",
    ):
        assert expected in message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('population = "p.csv"\n', "population (reportgen.toml line 1): population belongs in the table [inputs]"),
        ("[analysis]\npdf = true\n", "analysis.pdf (reportgen.toml line 2): pdf belongs in the table [output]"),
        ("analysis = 3\n", "analysis (reportgen.toml line 1): analysis is a table; write [analysis]"),
        ("[report]\nzzz = 3\n", "report.zzz (reportgen.toml line 2): unknown key; [report] knows title, data_as_of,"),
        ("[zzz]\n", "zzz (reportgen.toml line 1): unknown table; the tables are [inputs], [output],"),
        ("'odd key' = 1\n", "odd key (reportgen.toml): unknown table"),
    ],
)
def test_unknown_keys_and_tables_are_guessed_at(tmp_path: Path, text: str, expected: str) -> None:
    assert expected in problems_of(tmp_path, text)


def test_unknown_variables_and_flags_are_told(tmp_path: Path) -> None:
    message = problems_of(tmp_path, MINIMAL, {"analysis.kk": 3}, {"REPORTGEN_": "x", "REPORTGEN_XYZZY": "1"})
    assert "analysis.kk (--kk): unknown key; did you mean k" in message
    assert "REPORTGEN_XYZZY: unknown variable" in message


def test_two_variables_for_one_key_must_agree(tmp_path: Path) -> None:
    both = {"REPORTGEN_K": "3", "REPORTGEN_ANALYSIS_K": "3"}
    path = written(tmp_path, MINIMAL)
    assert load_config(path, {}, both, tmp_path).analysis.k == 3
    message = problems_of(tmp_path, MINIMAL, {}, both | {"REPORTGEN_K": "4"})
    assert message == "REPORTGEN_K and REPORTGEN_ANALYSIS_K both set analysis.k, to different values; keep one of them"


def test_population_dictionary_and_customers_are_asked_for_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_config(None, {}, {}, tmp_path)
    for word in ("--population", "--customers", "--customer-where", "--dictionary", "reportgen init", "3 problems"):
        assert word in caught.value.message
    two = problems_of(tmp_path, MINIMAL + 'customer_where = "y=yes"\n')
    assert "are both given" in two
    assert "reportgen.toml line 3, reportgen.toml line 5" in two


def test_the_model_itself_wants_one_source_of_customers() -> None:
    files: dict[str, Path] = {"population": Path("p"), "dictionary": Path("d")}
    with pytest.raises(ValidationError, match="nobody is marked"):
        Inputs(**files)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="twice"):
        Inputs(**files, customers=Path("c"), customer_where=CustomerWhere(column="y", value="1"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        ("[inputs]\npopulation = p.csv\n", "line 2, column 14", "quotes"),
        ("[inputs\n", "line 1, column 8", "brackets"),
        ("[a]\nb = 1\nb = 2\n", "line 3, column 6", "one key"),
        ('[inputs]\npopulation = "C:\\data"\n', "line 2, column 19", "backslash"),
        ("[inputs]\nk =", "line 2, column 4", "one key"),
    ],
)
def test_malformed_toml_gives_line_and_column(tmp_path: Path, text: str, place: str, hint: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, {}, {}, tmp_path)
    assert caught.value.message.startswith(f"reportgen.toml {place}: ")
    assert hint in caught.value.hint


def test_a_file_that_is_absent_a_folder_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not found"):
        load_config(Path("nowhere.toml"), {}, {}, tmp_path)
    with pytest.raises(ConfigError, match="is a folder"):
        load_config(tmp_path, {}, {}, tmp_path)
    path = tmp_path / "latin.toml"
    path.write_bytes('[report]\ntitle = "Müller"\n'.encode("cp1252"))
    with pytest.raises(ConfigError, match=r"latin\.toml line 2: not UTF-8"):
        load_config(path, {}, {}, tmp_path)


def test_canonical_holds_no_folder_no_threads_and_is_json(tmp_path: Path) -> None:
    flags = {**FLAGS, "report.data_as_of": date(2025, 1, 31), "analysis.threads": 2, "output.dir": "elsewhere"}
    canonical = load_config(None, flags, {}, tmp_path).canonical()
    text = json.dumps(canonical)
    assert str(tmp_path) not in text
    assert "elsewhere" not in text
    assert "threads" not in text
    assert canonical["inputs"]["population"] == "p.csv"
    assert canonical["inputs"]["dictionary"] == "azdias"
    assert canonical["report"]["data_as_of"] == "2025-01-31"
    other = load_config(None, {**flags, "analysis.threads": 1}, {}, tmp_path / "other").canonical()
    assert other == canonical
    where = {**flags, "inputs.customers": None, "inputs.customer_where": "y=yes"}
    assert load_config(None, where, {}, tmp_path).canonical()["inputs"]["customer_where"] == "y=yes"


def test_every_key_has_a_meaning_a_range_and_a_short_variable() -> None:
    names = variable_names(key for key, _ in config_fields())
    for key, info in config_fields():
        assert info.description
        assert info.description.endswith(".")
        assert allowed_values(info)
        assert len(names[key]) == 2
    assert option_name("output.dir") == "--output"
    assert option_name("inputs.customer_where") == "--customer-where"


def test_the_page_of_all_keys_agrees_with_the_program() -> None:
    page = (ROOT / "docs" / "config.md").read_text(encoding="utf-8")
    assert page == config_reference(), "run `make docs`"
    assert len(re.findall(r"^\| `", page, re.MULTILINE)) == len(list(config_fields()))


def test_toml_text_reads_back(tmp_path: Path) -> None:
    title = 'back\\slash and "quotes"'
    path = written(tmp_path, MINIMAL + f"[report]\ntitle = {toml_text(title)}\n")
    assert load_config(path, {}, {}, tmp_path).report.title == title
    assert toml_text(["a", 1, date(2025, 1, 31)]) == '["a", 1, 2025-01-31]'


def test_config_can_be_made_without_a_file() -> None:
    config = Config(inputs=Inputs(population=Path("p"), customers=Path("c"), dictionary=Path("d")))
    assert config.analysis.k_max == 15


def test_the_name_of_a_run_depends_on_the_content_of_brand_and_templates(tmp_path: Path) -> None:
    flags: dict[str, object] = {
        "inputs.population": "p.csv",
        "inputs.customers": "c.csv",
        "inputs.dictionary": "azdias",
    }
    plain = load_config(None, flags, {}, tmp_path).canonical()
    assert "look_sha256" not in plain
    (tmp_path / "house" / "css").mkdir(parents=True)
    flags |= {"brand.logo": "logo.svg", "report.templates": "house"}
    seen = []
    for logo, sheet in (("<svg/>", "a {}"), ("<svg></svg>", "a {}"), ("<svg></svg>", "b {}")):
        (tmp_path / "logo.svg").write_text(logo)
        (tmp_path / "house" / "css" / "a.css").write_text(sheet)
        told = load_config(None, flags, {}, tmp_path).canonical()
        assert told["brand"]["logo"] == "logo.svg"
        assert told["report"]["templates"] == "house"
        seen.append(told["look_sha256"])
    assert len(set(seen)) == 3
