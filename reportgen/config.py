"""``reportgen.toml``, REPORTGEN_* variables and command-line options, as one frozen, checked ``Config``."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from types import NoneType
from typing import get_args

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from reportgen.config_analysis import AnalysisSettings, Segments
from reportgen.config_campaign import Campaign
from reportgen.config_gates import GateRule
from reportgen.config_inputs import CustomerWhere, Inputs
from reportgen.config_look import Brand, Output, Report
from reportgen.config_model import Config, allowed_values, config_fields
from reportgen.config_sources import FILE_NAME, Layers, Setting, read_layers, variable_names
from reportgen.errors import ConfigError

__all__ = [
    "AnalysisSettings",
    "Brand",
    "Campaign",
    "Config",
    "CustomerWhere",
    "GateRule",
    "Inputs",
    "Output",
    "Report",
    "Segments",
    "config_reference",
    "load_config",
    "load_look",
    "toml_text",
]

_NO_CUSTOMERS = (
    "inputs.customers: nobody is marked as a customer; give a second file with --customers, "
    'or --customer-where "column=value" when one file holds both'
)
_TWO_CUSTOMERS = (
    "inputs.customers and inputs.customer_where are both given; keep --customers for a second file, "
    "or --customer-where for a column of the population"
)
_NO_POPULATION = (
    "inputs.population: no population is given; name the file with --population or in reportgen.toml, "
    "or let `reportgen init` write a configuration"
)
_NO_DICTIONARY = (
    "inputs.dictionary: no feature dictionary is given; name it with --dictionary (a file, a folder, or the word "
    "azdias), or let `reportgen init` write one from your data"
)


def load_config(config_file: Path | None, flags: Mapping[str, object], environ: Mapping[str, str], cwd: Path) -> Config:
    """Merge the file, the variables and the command line, and check everything at once.

    Flags beat variables beat the file. Relative paths start from the folder of the configuration file when they
    stand in it, else from ``cwd``.

    Parameters
    ----------
    config_file
        The file to read; None reads ``./reportgen.toml`` when neither flag nor variable names a population.
    flags
        Command-line options by dotted key (``"inputs.population"``); None means not given.
    environ
        Environment variables; those that start with ``REPORTGEN_`` are read.
    cwd
        Working directory.

    Raises
    ------
    ConfigError
        If the file cannot be read, or with the list of everything that is unknown, missing or out of range.
    """
    fields = dict(config_fields())
    layers = read_layers(config_file, flags, environ, cwd, fields)
    problems = list(layers.problems)
    requirements = _unmet_requirements(layers)
    tables: dict[str, dict[str, object]] = {table: {} for table in Config.model_fields}
    tables["output"]["dir"] = cwd / Output().dir
    for key, setting in layers.settings.items():
        table, _, name = key.partition(".")
        tables[table][name] = _typed(fields[key], setting)
    try:
        config = Config.model_validate(tables)
    except ValidationError as error:
        problems.extend(_problems(error, fields, layers))
        config = None
    problems.extend(requirements)
    if problems or config is None:
        raise _all_problems(problems)
    return config


def load_look(file: Path | None, cwd: Path) -> tuple[Brand, Path | None]:
    """Read what a configuration says of the look alone: the table ``[brand]`` and ``report.templates``.

    Parameters
    ----------
    file
        The file to read; None reads ``./reportgen.toml`` where there is one.
    cwd
        Working directory.

    Returns
    -------
    (Brand, Path or None)
        Settings of the brand, and the folder of templates.

    Raises
    ------
    ConfigError
        If the file cannot be read, or with the list of everything that is unknown or out of range.
    """
    fields = dict(config_fields())
    layers = read_layers(file, {}, {}, cwd, fields)
    problems = list(layers.problems)
    given = {key: _typed(fields[key], setting) for key, setting in layers.settings.items()}
    brand = {key.partition(".")[2]: value for key, value in given.items() if key.startswith("brand.")}
    templates = given.get("report.templates")
    if templates is not None and not isinstance(templates, Path):
        needed = allowed_values(fields["report.templates"])
        problems.append(f"report.templates = {toml_text(templates)}: needs {needed}")
        templates = None
    try:
        checked = Brand.model_validate(brand)
    except ValidationError as error:
        problems.extend(_problems(error, fields, layers, table="brand"))
        checked = Brand()
    if problems:
        raise _all_problems(problems)
    return checked, templates


def _unmet_requirements(layers: Layers) -> list[str]:
    given = layers.settings
    unmet = []
    if "inputs.population" not in given:
        unmet.append(_NO_POPULATION)
    if "inputs.dictionary" not in given:
        unmet.append(_NO_DICTIONARY)
    sources = [given[key].origin for key in ("inputs.customers", "inputs.customer_where") if key in given]
    if not sources:
        unmet.append(_NO_CUSTOMERS)
    elif len(sources) == 2:
        unmet.append(f"{_TWO_CUSTOMERS} ({', '.join(sources)})")
    return unmet


def _typed(info: FieldInfo, setting: Setting) -> object:
    """Return a given value in the type of its key where that is possible; else as it is, to be refused."""
    value = setting.value
    kinds = [kind for kind in get_args(info.annotation) or (info.annotation,) if kind is not NoneType]
    if Path in kinds:
        return _resolved(value, setting.base)
    if not isinstance(value, str) or not setting.as_text:
        return value
    if info.annotation is Segments.model_fields["names"].annotation:
        return _inline_table(value)
    for kind in (bool, int, float):
        if kind in kinds:
            return _or_as_given(TypeAdapter(kind).validate_python, value)
    return value


def _resolved(value: object, base: Path) -> object:
    if isinstance(value, str | Path) and str(value).strip():
        path = base / Path(value).expanduser()
        is_word = str(value) == "azdias" and not path.exists()
        return Path("azdias") if is_word else path
    return value


def _inline_table(text: str) -> object:
    try:
        return tomllib.loads(f"names = {text}")["names"]
    except tomllib.TOMLDecodeError:
        return text


def _or_as_given(convert: Callable[[str], object], text: str) -> object:
    try:
        return convert(text)
    except ValidationError:
        return text


def _problems(
    error: ValidationError, fields: Mapping[str, FieldInfo], layers: Layers, table: str | None = None
) -> Iterator[str]:
    """Put each finding of the validation, of everything or of one table, into words; one line per key."""
    told = set()
    for finding in error.errors():
        place = [*([table] if table else []), *(str(part) for part in finding["loc"])]
        key = ".".join(place[:2])
        if len(place) < 2 or finding["type"] == "missing" or key in told:
            continue  # said by _unmet_requirements
        told.add(key)
        setting = layers.settings[key]
        value = toml_text(setting.value)
        shown = value if len(value) <= 60 else value[:57] + "..."
        yield f"{key} = {shown} ({setting.origin}): needs {allowed_values(fields[key])}"


def _all_problems(problems: list[str]) -> ConfigError:
    hint = "`reportgen init` writes a configuration with every key, its default and its meaning."
    if len(problems) == 1:
        return ConfigError(problems[0], hint)
    lines = "".join(f"\n  - {problem}" for problem in problems)
    return ConfigError(f"the settings have {len(problems)} problems:{lines}", hint)


def config_reference() -> str:
    """Return the reference of all keys as a Markdown page."""
    names = variable_names(key for key, _ in config_fields())
    page = [
        "# Configuration",
        "",
        f"`{FILE_NAME}` holds the settings of a report; `reportgen init` writes one. Command-line options beat "
        "environment variables, and these beat the file. Relative paths in the file start from its folder, others "
        f"from the working directory. `./{FILE_NAME}` is read when neither an option nor a variable names a "
        "population. Every variable also has the long name `REPORTGEN_<TABLE>_<KEY>`. This page is generated from "
        "the program.",
    ]
    table = ""
    for key, info in config_fields():
        here, _, name = key.partition(".")
        if here != table:
            table = here
            page += ["", f"## [{table}]", "", "| key | default | takes | meaning | variable |", "|---|---|---|---|---|"]
        cells = (f"`{name}`", _default_text(info), allowed_values(info), info.description or "", f"`{names[key][-1]}`")
        page.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(page) + "\n"


def _default_text(info: FieldInfo) -> str:
    if info.is_required():
        return "required"
    return "-" if info.default is None else f"`{toml_text(info.default)}`"


def toml_text(value: object) -> str:
    r"""Return a value as it is written in TOML.

    Examples
    --------
    >>> [toml_text(value) for value in (True, 0.3, Path("a/b.csv"), 'say "yes"', {})]
    ['true', '0.3', '"a/b.csv"', '"say \\"yes\\""', '{}']
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {toml_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_text, value)) + "]"
    if isinstance(value, int | float | date):
        return str(value)
    text = value.as_posix() if isinstance(value, Path) else str(value)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t").replace("\n", "\\n")
    return f'"{escaped}"'
