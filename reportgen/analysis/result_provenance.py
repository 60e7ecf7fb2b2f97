"""Where a report comes from, and the gates it had to pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourcePart:
    """One file of an input in several parts, by base name; ``rows`` are those of the file, whatever their side."""

    name: str
    rows: int
    size: int
    sha256: str


@dataclass(frozen=True)
class SourceFile:
    """One input by base name.

    ``parts`` is empty for a single file. For several, ``size`` is that of all and ``sha256`` is that of the list of
    their hashes, one to a line.
    """

    side: str
    name: str
    rows: int
    size: int
    sha256: str
    encoding: str
    delimiter: str
    parts: tuple[SourcePart, ...] = ()


@dataclass(frozen=True)
class Provenance:
    """Where the report comes from: title, dates, inputs, settings, versions.

    ``standard_error`` says which of the two error formulas holds: ``separate`` or ``nested`` files. ``issue`` counts
    the runs that follow each other in one output folder. ``model_from`` is the run in which the segments were built,
    ``previous`` the issue before; empty when this run built them, or follows none.
    """

    title: str
    organisation: str
    data_as_of: str
    run: str
    seed: int
    quick: bool
    standard_error: str
    id_column: str
    dictionary: str
    labelled: bool
    sources: tuple[SourceFile, ...]
    settings: Mapping[str, str]
    versions: Mapping[str, str]
    issue: int = 1
    model_from: str = ""
    previous: str = ""


@dataclass(frozen=True)
class Gate:
    """One condition that a run has to meet: ``rule`` as configured, ``value`` as found, ``sentence`` for readers."""

    rule: str
    value: float | None
    failed: bool
    sentence: str
    reasons: Mapping[str, str] = field(default_factory=dict)
