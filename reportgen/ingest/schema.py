"""Which column of the files serves which purpose; refuses files that do not fit the dictionary."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from reportgen.dictionary import Feature, FeatureDictionary, Role
from reportgen.errors import InputError
from reportgen.ingest.ids import usual_id_column
from reportgen.ingest.request import IngestRequest

_SHOWN = 5


class Named(Protocol):
    """An input whose columns are known."""

    @property
    def path(self) -> Path:
        """The file; for parts their folder or pattern."""

    @property
    def names(self) -> tuple[str, ...]:
        """Column names, unique."""

    @property
    def nested(self) -> Mapping[str, str]:
        """What each column holds that holds no single values, by name."""


@dataclass(frozen=True)
class Plan:
    """Use of the columns.

    Attributes
    ----------
    features
        Declared features whose role is not ``ignore``, in dictionary order.
    id_column, id_given
        The id column, or "" for row numbers, and whether the user named it.
    where
        Column that marks the customers of a single file, or "".
    undeclared_population, undeclared_customers
        Columns of each file that are none of these and not declared.
    """

    features: tuple[Feature, ...]
    id_column: str
    id_given: bool
    where: str
    undeclared_population: tuple[str, ...]
    undeclared_customers: tuple[str, ...]

    @property
    def numbers_and_others(self) -> tuple[list[str], list[str]]:
        """Names of the features that are quantities, and of the others."""
        numbers = [feature.name for feature in self.features if feature.is_number]
        return numbers, [feature.name for feature in self.features if not feature.is_number]


def plan_columns(
    dictionary: FeatureDictionary,
    request: IngestRequest,
    population: Named,
    customers: Named | None,
    *,
    usual_ids: bool = True,
) -> Plan:
    """Match the columns of the files with the dictionary.

    Parameters
    ----------
    dictionary, request
        What is declared and asked for.
    population, customers
        The inputs; no second one when the first holds both sides.
    usual_ids
        Whether a column named ``LNR`` or ``id`` may be taken as id without being named.

    Raises
    ------
    InputError
        If a declared, id or customer column is missing, or has two purposes.
    """
    features = tuple(feature for feature in dictionary.features if feature.role is not Role.IGNORE)
    used = frozenset(feature.name for feature in features)
    _refuse_lacking(dictionary, features, population)
    if customers is not None:
        _refuse_lacking_customers(features, customers)
    where = _customer_column(dictionary, request, population, used)
    id_column = _id_column(request, population, customers, used | {where}, usual_ids)
    for one in (population, customers):
        if one is not None:
            refuse_nested(one, used)
            refuse_nested(one, {where, id_column}, "Name another column, or write single values into it.")
    known = {feature.name for feature in dictionary.features} | {where, id_column}
    return Plan(
        features,
        id_column,
        request.id_column is not None,
        where,
        tuple(name for name in population.names if name not in known),
        tuple(name for name in customers.names if name not in known) if customers is not None else (),
    )


def refuse_nested(one: Named, used: Collection[str], hint: str = "") -> None:
    """Refuse columns that are used and hold lists or records.

    Raises
    ------
    InputError
        If there is one.
    """
    for name, kind in one.nested.items():
        if name in used:
            raise InputError(
                f"{one.path.name}: column {name} holds {kind} values",
                hint or f"Write single values into {name}, remove its line from the dictionary, or set role = ignore.",
            )


def did_you_mean(name: str, names: Sequence[str]) -> str:
    """Return the name that was probably meant, the same but for case first, else an empty string."""
    by_lower = {other.lower(): other for other in reversed(names)}
    if name.lower() in by_lower:
        return by_lower[name.lower()]
    close = difflib.get_close_matches(name.lower(), list(by_lower), 1)
    return by_lower[close[0]] if close else ""


def _refuse_lacking(dictionary: FeatureDictionary, features: Sequence[Feature], population: Named) -> None:
    present = set(population.names)
    lacking = [feature.name for feature in features if feature.name not in present]
    if lacking:
        spare = [name for name in population.names if name not in dictionary.by_name]
        file = dictionary.source or "the feature dictionary"
        raise InputError(
            f"{population.path.name} lacks {_columns(lacking)} of {file}: {_names(lacking)}",
            f"{_guesses(lacking, spare)}Correct the name, remove its line from the dictionary, or set role = ignore.",
        )


def _refuse_lacking_customers(features: Sequence[Feature], customers: Named) -> None:
    used = {feature.name for feature in features}
    present = set(customers.names)
    lacking = [feature.name for feature in features if feature.name not in present]
    if lacking:
        spare = [name for name in customers.names if name not in used]
        raise InputError(
            f"{customers.path.name} lacks {_columns(lacking)} that the population has: {_names(lacking)}",
            f"{_guesses(lacking, spare)}Correct the name in the customer file, or set role = ignore in the dictionary.",
        )


def _columns(names: Sequence[str]) -> str:
    return "1 column" if len(names) == 1 else f"{len(names):,} columns"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _guesses(lacking: Sequence[str], spare: Sequence[str]) -> str:
    pairs = [(name, did_you_mean(name, spare)) for name in lacking[:_SHOWN]]
    return "".join(f"{name}: did you mean {guess}? " for name, guess in pairs if guess)


def _customer_column(
    dictionary: FeatureDictionary, request: IngestRequest, population: Named, used: frozenset[str]
) -> str:
    if request.customer_where is None:
        return ""
    column = request.customer_where[0]
    if column not in population.names:
        guess = did_you_mean(column, population.names)
        raise InputError(
            f"{population.path.name} has no column {column}, which is to mark the customers",
            f"Did you mean {guess}?" if guess else f"Its columns are {_names(population.names)}.",
        )
    if column in used:
        raise InputError(
            f"column {column} marks the customers and is also a feature of {dictionary.source or 'the dictionary'}",
            f"Set role = ignore for {column}, or remove its line: it tells who is a customer by definition.",
        )
    return column


def _id_column(
    request: IngestRequest, population: Named, customers: Named | None, taken: frozenset[str], usual_ids: bool
) -> str:
    inputs = [population] if customers is None else [population, customers]
    if request.id_column is None:
        column = usual_id_column(population.names, taken) if usual_ids else ""
        return column if all(column in one.names for one in inputs) else ""
    column = request.id_column
    for one in inputs:
        if column not in one.names:
            guess = did_you_mean(column, one.names)
            raise InputError(
                f"{one.path.name} has no id column {column}",
                f"Did you mean {guess}?" if guess else f"Its columns are {_names(one.names)}.",
            )
    if column in taken:
        raise InputError(
            f"column {column} is the id and also a feature or the mark of the customers",
            f"Set role = ignore for {column} in the feature dictionary, or name another id column.",
        )
    return column
