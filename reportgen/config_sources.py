"""Where settings come from: a TOML file, REPORTGEN_* variables and command-line options, each with its origin."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reportgen.errors import ConfigError

PREFIX = "REPORTGEN_"
FILE_NAME = "reportgen.toml"
_NOT_SETTINGS = frozenset({"REPORTGEN_REQUIRE_ALL"})  # read by the test suite, not by the program
_TOML_PLACE = re.compile(r"^(?P<what>.*?)\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_OPTION_NAMES = {"output.dir": "--output"}
_EITHER_OR = ("inputs.customers", "inputs.customer_where")


@dataclass(frozen=True)
class Setting:
    """One given value.

    Attributes
    ----------
    value
        As given: typed from the file and the command line, text from a variable.
    origin
        Where it was given, for messages: ``reportgen.toml line 3``, ``REPORTGEN_K``, ``--k``.
    base
        Folder that a relative path in it starts from.
    as_text
        Whether a number may come as text, as it does outside a typed file.
    """

    value: object
    origin: str
    base: Path
    as_text: bool = True


@dataclass
class Layers:
    """Settings by dotted key, later layers over earlier ones, and what was wrong with them on the way."""

    settings: dict[str, Setting] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def add(self, layer: Mapping[str, Setting]) -> None:
        """Lay settings over those given so far.

        Customers come from a file or from a column. Naming one of the two replaces either of a lower layer.
        """
        if any(key in layer for key in _EITHER_OR):
            for key in _EITHER_OR:
                self.settings.pop(key, None)
        self.settings.update(layer)


def read_layers(
    config_file: Path | None,
    flags: Mapping[str, object],
    environ: Mapping[str, str],
    cwd: Path,
    keys: Iterable[str],
) -> Layers:
    """Collect the settings of all layers: flags over variables over the file.

    Parameters
    ----------
    config_file
        The file to read; None reads ``reportgen.toml`` in ``cwd`` when no layer above names a population.
    flags
        Command-line options by dotted key; None means not given.
    environ
        Environment variables.
    cwd
        Folder that relative paths of flags and variables start from.
    keys
        All known dotted keys.

    Raises
    ------
    ConfigError
        If the file is missing, not UTF-8 or not TOML. All else is collected as problems.
    """
    keys = list(keys)
    layers = Layers()
    given = {key: Setting(value, option_name(key), cwd) for key, value in flags.items() if value is not None}
    variables = _read_variables(environ, cwd, keys, layers.problems)
    path = _choose_file(config_file, cwd, named=any("inputs.population" in layer for layer in (given, variables)))
    if path is not None:
        layers.add(_read_file(path, keys, layers.problems))
    layers.add(variables)
    layers.add({key: setting for key, setting in given.items() if key in keys})
    layers.problems.extend(unknown_key(key, option_name(key), keys) for key in given if key not in keys)
    return layers


def option_name(key: str) -> str:
    """Return the command-line option of a dotted key, as it reads in a message."""
    return _OPTION_NAMES.get(key) or "--" + key.rpartition(".")[2].replace("_", "-")


def variable_names(keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the variables that set each key: the long name, and the short one where it is unambiguous.

    Examples
    --------
    >>> variable_names(["inputs.id", "analysis.k", "output.k"])["inputs.id"]
    ('REPORTGEN_INPUTS_ID', 'REPORTGEN_ID')
    >>> variable_names(["inputs.id", "analysis.k", "output.k"])["analysis.k"]
    ('REPORTGEN_ANALYSIS_K',)
    """
    keys = list(keys)
    last = [key.rpartition(".")[2] for key in keys]
    names: dict[str, tuple[str, ...]] = {}
    for key, short in zip(keys, last, strict=True):
        long = PREFIX + key.replace(".", "_").upper()
        names[key] = (long, PREFIX + short.upper()) if last.count(short) == 1 else (long,)
    return names


def unknown_key(key: str, origin: str, keys: Iterable[str]) -> str:
    """Say that a key or table is unknown, and which one was probably meant."""
    keys = list(keys)
    table, _, last = key.rpartition(".")
    tables = list(dict.fromkeys(known.partition(".")[0] for known in keys))
    elsewhere = [known for known in keys if known.rpartition(".")[2] == last]
    if elsewhere:
        belongs, _, name = elsewhere[0].rpartition(".")
        return f"{key} ({origin}): {name} belongs in the table [{belongs}]"
    within = [known.rpartition(".")[2] for known in keys if known.startswith(table + ".")]
    if table and within:
        close = difflib.get_close_matches(last.lower(), within, 1, 0.5)
        guess = f"did you mean {close[0]}?" if close else f"[{table}] knows {', '.join(within)}"
        return f"{key} ({origin}): unknown key; {guess}"
    close = difflib.get_close_matches((table or last).lower(), tables, 1, 0.5)
    guess = f"did you mean [{close[0]}]?" if close else "the tables are " + ", ".join(f"[{name}]" for name in tables)
    return f"{key} ({origin}): unknown table; {guess}"


def _read_variables(
    environ: Mapping[str, str], cwd: Path, keys: Iterable[str], problems: list[str]
) -> dict[str, Setting]:
    """Return the settings given by variables; an empty one counts as not given."""
    owner = {name: key for key, names in variable_names(keys).items() for name in names}
    settings: dict[str, Setting] = {}
    for name in sorted(environ):
        value = environ[name].strip()
        if not name.startswith(PREFIX) or not value or name in _NOT_SETTINGS:
            continue
        key = owner.get(name)
        if key is None:
            close = difflib.get_close_matches(name, owner, 1)
            problems.append(f"{name}: unknown variable" + (f"; did you mean {close[0]}?" if close else ""))
        elif key in settings and settings[key].value != value:
            problems.append(f"{name} and {settings[key].origin} both set {key}, to different values; keep one of them")
        else:
            settings[key] = Setting(value, name, cwd)
    return settings


def _choose_file(config_file: Path | None, cwd: Path, *, named: bool) -> Path | None:
    if config_file is None:
        default = cwd / FILE_NAME
        return default if not named and default.is_file() else None
    path = cwd / config_file
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "not found"
        raise ConfigError(f"configuration {config_file}: {what}", "Give a file, or let `reportgen init` write one.")
    return path


def _read_file(path: Path, keys: Iterable[str], problems: list[str]) -> dict[str, Setting]:
    text = _decode(path)
    document = _parse(path, text)
    lines = _key_lines(text)
    keys = list(keys)
    tables = {key.partition(".")[0] for key in keys}

    def origin(key: str) -> str:
        return f"{path.name} line {lines[key]}" if key in lines else path.name

    settings: dict[str, Setting] = {}
    for table, content in document.items():
        if table not in tables:
            problems.append(unknown_key(table, origin(table), keys))
        elif not isinstance(content, dict):
            problems.append(f"{table} ({origin(table)}): {table} is a table; write [{table}] and its keys below it")
        else:
            for name, value in content.items():
                key = f"{table}.{name}"
                if key in keys:
                    settings[key] = Setting(value, origin(key), path.parent, as_text=False)
                else:
                    problems.append(unknown_key(key, origin(key), keys))
    return settings


def _decode(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{path.name} line {line}: not UTF-8 text", "Save the file as UTF-8.") from None


def _parse(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        match = _TOML_PLACE.match(str(error).replace("\n", " "))
        rows = text.splitlines() or [""]
        what = match["what"] if match else str(error)
        line = int(match["line"]) if match and match["line"] else len(rows)
        column = int(match["column"]) if match and match["column"] else len(rows[-1]) + 1
        shown = rows[line - 1].strip() if line <= len(rows) else ""
        hint = "Texts stand in quotes, tables in [brackets], one key = value per line."
        if "\\" in shown:
            hint = "A backslash needs single quotes around the text: 'C:\\data\\file.csv'. Or write / instead."
        raise ConfigError(f"{path.name} line {line}, column {column}: {what}: {shown[:80]}", hint) from None


def _key_lines(text: str) -> dict[str, int]:
    """Return the line on which each table and key stands; the parser itself does not tell."""
    lines: dict[str, int] = {}
    table = ""
    for number, row in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", row):
            table = match[1].replace('"', "")
            lines.setdefault(table, number)
        elif match := re.match(r"\s*([\w\-.\"]+)\s*=", row):
            name = match[1].replace('"', "")
            lines.setdefault(f"{table}.{name}" if table else name, number)
    return lines
