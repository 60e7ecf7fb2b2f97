"""What ``reportgen init`` does: a commented configuration and a dictionary inferred from the data."""

from __future__ import annotations

import csv
import os
import textwrap
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path

from reportgen.config import CustomerWhere, toml_text
from reportgen.config_model import allowed_values, config_fields
from reportgen.dictionary import OPTIONAL_COLUMNS, REQUIRED_COLUMNS
from reportgen.errors import ConfigError
from reportgen.infer_columns import FileFormat, InferredDictionary, infer_dictionary
from reportgen.infer_feature import GuessedFeature

__all__ = ["FileFormat", "GuessedFeature", "InferredDictionary", "infer_dictionary", "write_init"]

DICTIONARY_FOLDER = "dictionary"
_WIDTH = 110


def write_init(
    target: Path,
    population: Path,
    customers: Path | None = None,
    customer_where: CustomerWhere | str | None = None,
    *,
    id_column: str | None = None,
    file_format: FileFormat | None = None,
) -> list[Path]:
    """Write a configuration and, beside it, a dictionary inferred from the data; never over an existing file.

    Parameters
    ----------
    target
        The configuration to write, usually ``reportgen.toml``.
    population, customers, customer_where
        The input, as in the configuration.
    id_column
        The column that names a row; None looks for one.
    file_format
        How the input is written; None detects it.

    Returns
    -------
    list of Path
        The files written, the configuration last.

    Raises
    ------
    ConfigError
        If a file to be written exists already, or ``customer_where`` is not of the form column=value.
    InputError
        If an input cannot be read.
    """
    where = _parse_where(customer_where)
    _refuse_existing([target])
    inferred = infer_dictionary(
        population, customers, customer_where=where, id_column=id_column, file_format=file_format
    )
    folder = target.parent / DICTIONARY_FOLDER
    contents: dict[Path, str] = {}
    if not inferred.packaged:
        contents[folder / "features.csv"] = features_csv(inferred.features)
        contents[folder / "values.csv"] = values_csv(inferred.features)
    inputs = {
        "inputs.population": _relative(population, target.parent),
        "inputs.customers": _relative(customers, target.parent) if customers else None,
        "inputs.customer_where": str(where) if where else None,
        "inputs.dictionary": inferred.packaged or DICTIONARY_FOLDER,
        "inputs.id": inferred.id_column,
        **{f"inputs.{key}": value for key, value in vars(file_format or FileFormat()).items()},
    }
    contents[target] = config_toml(inputs, _header(inferred, population, contents))
    _refuse_existing(contents)
    _write_all(contents)
    return list(contents)


def _write_all(contents: Mapping[Path, str]) -> None:
    """Write new files, all of them or none."""
    written: list[Path] = []
    try:
        for path, text in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8", newline="") as file:
                written.append(path)
                file.write(text)
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise ConfigError(
            f"{error.filename or path}: cannot be written ({error.strerror or error})",
            "Make room, or give another place with -o. Nothing was left behind.",
        ) from error


def _parse_where(customer_where: CustomerWhere | str | None) -> CustomerWhere | None:
    if not isinstance(customer_where, str):
        return customer_where
    column, _, value = (part.strip() for part in customer_where.partition("="))
    if not column or not value:
        raise ConfigError(
            f"--customer-where {customer_where!r} names no column and value",
            'Write it as "column=value", such as "y=yes".',
        )
    return CustomerWhere(column=column, value=value)


def _refuse_existing(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.exists() or path.is_symlink():
            raise ConfigError(f"{path} exists already", "Move it away, or give another place with -o.")


def _relative(path: Path, folder: Path) -> Path:
    """Return the way to a file from the folder of the configuration; absolute where there is none."""
    try:
        return Path(os.path.relpath(path.resolve(), folder.resolve()))
    except ValueError:  # another drive
        return path.resolve()


def _header(inferred: InferredDictionary, population: Path, contents: Iterable[Path]) -> str:
    lines = [f"# Written by `reportgen init` from {population.name}. Every key stands here with its default;"]
    lines += ["# a key behind # is not set. Relative paths start from the folder of this file."]
    if not inferred.id_column:
        lines += ["#", "# No column was found that names each row: row numbers serve as ids."]
    if inferred.notes:
        where = f"in {DICTIONARY_FOLDER}/features.csv" if list(contents) else "below"
        lines += ["#", f"# What was guessed; please check {where}:"]
    for note in inferred.notes:
        lines += textwrap.wrap(
            note,
            _WIDTH,
            initial_indent="# - ",
            subsequent_indent="#   ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    return "\n".join(lines) + "\n"


def config_toml(given: Mapping[str, object], header: str = "") -> str:
    """Return the text of a configuration with every key, its meaning, and its given or default value.

    Parameters
    ----------
    given
        Values by dotted key; None means not given.
    header
        Comment to stand on top.
    """
    lines = [header] if header else []
    table = ""
    for key, info in config_fields():
        here, _, name = key.partition(".")
        if here != table:
            table = here
            lines.append(f"{'' if len(lines) < 2 else chr(10)}[{table}]")
        lines.append(f"# {info.description} Takes {allowed_values(info)}.")
        value = given.get(key)
        if value is None and not info.is_required():
            value = info.default
        unset = f"# {name} = {toml_text((info.examples or [''])[0])}"
        lines.append(unset if value is None else f"{name} = {toml_text(value)}")
    return "\n".join(lines) + "\n"


def features_csv(features: Iterable[GuessedFeature]) -> str:
    """Return the text of ``features.csv`` with all optional columns."""
    columns = (*REQUIRED_COLUMNS, *OPTIONAL_COLUMNS)
    return _csv(columns, ([_cell(feature, column) for column in columns] for feature in features))


def _cell(feature: GuessedFeature, column: str) -> str:
    if column == "attribute":
        return feature.name
    if column == "type":
        return feature.kind.value
    if column == "missing_or_unknown":
        return f"[{','.join(feature.missing)}]"
    return str(getattr(feature, column, ""))


def values_csv(features: Iterable[GuessedFeature]) -> str:
    """Return the text of ``values.csv``: the codes of each column in order, with a label where one is known."""
    rows = ([feature.name, code, label] for feature in features for code, label in feature.codes)
    return _csv(("attribute", "value", "label"), rows)


def _csv(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    text = StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
