"""What the report says of the files and their columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.result_parts import Interval


@dataclass(frozen=True)
class Rows:
    """The size of one side."""

    rows: int


@dataclass(frozen=True)
class QualityColumn:
    """One declared column: what is missing, what is unknown, and what became of it.

    ``missing_blank``, ``missing_coded`` and ``unknown_codes`` count population rows; ``missing_share`` is
    (blank + coded) / rows, ``customers_missing_share`` the same on the other side. ``use`` is ``distance``,
    ``describe`` or ``dropped`` (in no profile either); ``reason`` says why it is not in the distance.
    ``inertia_kept`` is the share of the feature's inertia that the kept components carry, ``share_imputed`` the share
    of the placed population whose value in the distance is filled in. Counts under ten, and what would give them away,
    are not given.
    """

    name: str
    label: str
    type: str
    information_level: str
    role: str
    sensitivity: str
    missing_blank: int | None
    missing_coded: int | None
    missing_share: float | None
    customers_missing_share: float | None
    levels: int
    unknown_codes: int | None
    use: str
    dropped: bool
    reason: str
    inertia_kept: float | None
    share_imputed: float | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingBin:
    """Rows that miss ``missing`` to ``upto`` of the kept columns; a range where single numbers hold few rows."""

    missing: int
    upto: int
    population: int
    customers: int


@dataclass(frozen=True)
class RowQuality:
    """The low-information threshold: rows that miss ``threshold`` or more kept columns are segment 0.

    ``moved_by_5`` is the larger number of population rows that would change sides if the threshold
    were 5 lower or 5 higher. ``columns`` is the number of columns that are counted.
    """

    columns: int
    threshold: int | None
    low_information: int
    customers_low_information: int
    moved_by_5: int | None
    reason: str
    histogram: tuple[MissingBin, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MissingBlock:
    """Columns that go missing together, and the number of population rows in which all of them do."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Twin:
    """Two columns that tell nearly the same; ``left_out`` does not enter the distance (may be empty)."""

    first: str
    second: str
    measure: str
    value: float
    left_out: str


@dataclass(frozen=True)
class Decision:
    """One line of the decision log: what was done to which column or rows, and why."""

    subject: str
    decision: str
    reason: str


@dataclass(frozen=True)
class QualityFinding:
    """Something that did not stop the build but that a reader should know."""

    column: str
    message: str


@dataclass(frozen=True)
class Undeclared:
    """A column of the data that the dictionary does not name."""

    name: str
    side: str
    type: str
    missing_share: float | None
    distinct: int
    at_least: bool
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Quality:
    """Whether the input can be trusted, and what was decided about it."""

    columns: tuple[QualityColumn, ...]
    rows: RowQuality
    blocks: tuple[MissingBlock, ...]
    twins: tuple[Twin, ...]
    max_missing: float
    limit_gap: Interval
    decisions: tuple[Decision, ...]
    findings: tuple[QualityFinding, ...]
    undeclared: tuple[Undeclared, ...]
