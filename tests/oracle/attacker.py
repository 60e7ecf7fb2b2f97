"""Somebody who has analysis.json, the dictionary and a linear program, and wants to know how few people are in a cell.

This reads the file alone and knows nothing of the code that wrote it. The unknowns are people: of each feature the
cells code x segment of the population (missing values among the codes) and the customers by code. Every published
figure becomes an equation, or two inequalities where it is rounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

MISSING = "(missing)"
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Knowledge:
    """What the dictionary tells.

    Attributes
    ----------
    codes
        Codes of each feature by the code of the published level that holds them.
    parts
        (fine feature, coarse feature, coarse code by fine code); missing values are a code.
    """

    codes: Mapping[str, Mapping[str, tuple[str, ...]]]
    parts: tuple[tuple[str, str, Mapping[str, str]], ...] = ()


@dataclass
class Attacker:
    """Everything that is published, as linear constraints."""

    report: Mapping[str, Any]
    known: Knowledge
    read_more: Callable[[Attacker], None] | None = None
    number: dict[Key, int] = field(default_factory=dict)
    equal: list[tuple[dict[int, float], float]] = field(default_factory=list)
    below: list[tuple[dict[int, float], float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sizes = [segment["population"]["count"] for segment in self.report["segments"]]
        self.features = {feature["name"]: feature for feature in self.report["features"] if feature["levels"]}
        for name, feature in self.features.items():
            self._read_feature(name, feature)
        for column in self.report["quality"]["columns"]:
            if column["name"] in self.features:
                self._read_column(column)
        for name, feature in self.features.items():
            if all(share is None for level in feature["levels"] for share in level["segment_shares"]):
                self._read_means(name, feature)
        for block in self.report["quality"]["blocks"]:
            self._read_block([name for name in block["columns"] if name in self.features], block["rows"])
        for fine, coarse, part_of in self.known.parts:
            if fine in self.features and coarse in self.features:
                self._read_parts(fine, coarse, part_of)
        if self.read_more is not None:
            self.read_more(self)

    # -- the unknowns

    def cell(self, name: str, code: str, segment: int) -> Key:
        """People of the population with a code in a segment."""
        return "population", name, code, segment

    def cells(self, name: str, codes: Iterable[str], segment: int | None = None) -> list[Key]:
        """Several codes, in one segment or in all."""
        segments = range(len(self.sizes)) if segment is None else [segment]
        return [self.cell(name, code, s) for code in codes for s in segments]

    def customers(self, name: str, codes: Iterable[str]) -> list[Key]:
        """Customers with some codes."""
        return [("customers", name, code) for code in codes]

    def _at(self, key: Key) -> int:
        return self.number.setdefault(key, len(self.number))

    def say(self, terms: Mapping[Key, float], total: float) -> None:
        """Add an equation."""
        self.equal.append(({self._at(key): value for key, value in terms.items()}, total))

    def add_up(self, keys: Iterable[Key], total: float) -> None:
        """Say what some unknowns add up to."""
        self.say(dict.fromkeys(keys, 1.0), total)

    def at_most(self, terms: Mapping[Key, float], most: float) -> None:
        """Add an inequality."""
        self.below.append(({self._at(key): value for key, value in terms.items()}, most))

    # -- what is published

    def _codes(self, name: str) -> list[str]:
        return [code for group in self.known.codes[name].values() for code in group]

    def _taken(self, name: str, side: str) -> bool:
        """Whether few missing values are counted to a level on a side, as the suppression log says."""
        label = self.features[name]["label"]
        return any(
            line["what"] == label and line["treatment"] == "counted with" and side in line["why"]
            for line in self.report["suppression"]
        )

    def _read_feature(self, name: str, feature: Mapping[str, Any]) -> None:
        every = [*self._codes(name), MISSING]
        people, customers = self.report["population"]["rows"], self.report["customers"]["rows"]
        for segment, size in enumerate(self.sizes):
            self.add_up(self.cells(name, every, segment), size)
        self.add_up(self.customers(name, every), customers)
        taken = self._taken(name, "people of the population"), self._taken(name, "customers have")
        target = self._target(name)
        for level in feature["levels"]:
            codes = list(self.known.codes[name][level["code"]])
            more = [MISSING] if level["code"] == target else []
            if level["population_count"] is not None:
                self.add_up(self.cells(name, codes + (more if taken[0] else [])), level["population_count"])
            if level["customer_count"] is not None:
                self.add_up(self.customers(name, codes + (more if taken[1] else [])), level["customer_count"])
            for segment, share in enumerate(level["segment_shares"]):
                if share is not None:
                    self._read_share(name, feature, codes + (more if taken[0] else []), segment, share, taken[0])
        if feature["population_known"] is not None and not taken[0]:
            self.add_up(self.cells(name, [MISSING]), people - feature["population_known"])
        if feature["customer_known"] is not None and not taken[1]:
            self.add_up(self.customers(name, [MISSING]), customers - feature["customer_known"])
        for segment, share in enumerate(feature["segment_known"]):
            if share is not None and not taken[0]:
                self._read_known(name, feature, segment, share)
        self._read_nesting(name)

    def _target(self, name: str) -> str | None:
        """Return the code of the level that few missing values are counted to."""
        label = self.features[name]["label"]
        for line in self.report["suppression"]:
            if line["what"] == label and line["treatment"] == "counted with":
                told = re.search("“(.*)”", line["why"])
                assert told is not None
                return next(str(v["code"]) for v in self.features[name]["levels"] if v["label"] == told[1])
        return None

    def _read_share(
        self, name: str, feature: Mapping[str, Any], codes: list[str], segment: int, share: float, taken: bool
    ) -> None:
        """Share x people with a known value, which are all but the missing ones."""
        step, size, gone = feature["segment_step"], self.sizes[segment], self.cell(name, MISSING, segment)
        exact = step == 0 or share in (0.0, 1.0)
        low = share if exact else 0.0 if share < 1.5 * step else share - step / 2
        high = share if exact else 1.0 if share > 1 - 1.5 * step else share + step / 2
        cells = dict.fromkeys(self.cells(name, codes, segment), 1.0)
        for bound, sign in ((high, 1.0), (low, -1.0)):
            terms = {key: sign * value for key, value in cells.items()}
            if not taken:
                terms[gone] = terms.get(gone, 0.0) + sign * bound
            self.at_most(terms, sign * bound * size)

    def _read_known(self, name: str, feature: Mapping[str, Any], segment: int, share: float) -> None:
        own = feature["segment_known_step"]
        half = (own or feature["segment_step"]) / 2
        if own == 0 and share in (0.0, 1.0):
            half = 0.0
        gone, size = self.cell(name, MISSING, segment), self.sizes[segment]
        self.at_most({gone: 1.0}, size * min(1.0 - share + half, 1.0))
        self.at_most({gone: -1.0}, -size * max(1.0 - share - half, 0.0))

    def _read_means(self, name: str, feature: Mapping[str, Any]) -> None:
        """Where no shares are given, means of segments may be, among the markers; their decimals tell their steps."""
        means = {
            segment["id"]: marker["here"]
            for segment in self.report["segments"]
            for marker in segment["markers"]
            if marker["feature"] == name and marker["measure"] == "d"
        }
        digits = max((_decimals(mean) for mean in means.values()), default=0)
        half = 0.5 * 10.0**-digits
        ends = {}
        for level in feature["levels"]:
            for code in self.known.codes[name][level["code"]]:
                low, _, high = code.partition("..")
                if _is_number(low):
                    ends[code] = float(low), float(high or low)
        for segment, mean in means.items():
            self.at_most({self.cell(name, c, segment): low - mean - half for c, (low, _) in ends.items()}, 0.0)
            self.at_most({self.cell(name, c, segment): mean - half - high for c, (_, high) in ends.items()}, 0.0)

    def _read_nesting(self, name: str) -> None:
        if self.report["provenance"]["standard_error"] == "nested":
            for code in [*self._codes(name), MISSING]:
                cells = dict.fromkeys(self.cells(name, [code]), -1.0)
                self.at_most({**cells, ("customers", name, code): 1.0}, 0.0)

    def _read_column(self, column: Mapping[str, Any]) -> None:
        name = column["name"]
        people, customers = self.report["population"]["rows"], self.report["customers"]["rows"]
        if column["missing_share"] is not None:
            self.add_up(self.cells(name, [MISSING]), column["missing_share"] * people)
        if column["customers_missing_share"] is not None:
            self.add_up(self.customers(name, [MISSING]), column["customers_missing_share"] * customers)
        parts = [("blank", name), ("coded", name)]
        self.say(dict.fromkeys(parts, 1.0) | dict.fromkeys(self.cells(name, [MISSING]), -1.0), 0.0)
        for key, part in zip(("missing_blank", "missing_coded"), parts, strict=True):
            if column[key] is not None:
                self.add_up([part], column[key])

    def _read_block(self, names: list[str], rows: int) -> None:
        """Columns of a block are missing in the same rows."""
        for name in names:
            self.add_up(self.cells(name, [MISSING]), rows)
        for name in names[1:]:
            for segment in range(len(self.sizes)):
                self.say({self.cell(names[0], MISSING, segment): 1.0, self.cell(name, MISSING, segment): -1.0}, 0.0)

    def _read_parts(self, fine: str, coarse: str, part_of: Mapping[str, str]) -> None:
        """A code of the coarse feature is the sum of codes of the fine one: by segment, and among the customers."""
        for whole in [*self._codes(coarse), MISSING]:
            codes = [code for code, to in part_of.items() if to == whole]
            for segment in range(len(self.sizes)):
                fine_cells = dict.fromkeys(self.cells(fine, codes, segment), 1.0)
                self.say({**fine_cells, self.cell(coarse, whole, segment): -1.0}, 0.0)
            self.say({**dict.fromkeys(self.customers(fine, codes), 1.0), ("customers", coarse, whole): -1.0}, 0.0)

    # -- what follows

    def range_of(self, keys: Iterable[Key]) -> tuple[float, float]:
        """Return the smallest and the largest number of people that some unknowns can be together."""
        wanted = [self.number[key] for key in keys]
        piece = self._pieces[wanted[0]]
        members = np.flatnonzero(self._pieces == piece)
        assert set(wanted) <= set(members.tolist())
        objective = np.zeros(len(members))
        objective[np.searchsorted(members, wanted)] = 1.0
        ends = [self._solve(sign * objective, piece) for sign in (1.0, -1.0)]
        return ends[0], -ends[1]

    @cached_property
    def _pieces(self) -> NDArray[np.int64]:
        """Number of the independent part of the system that each unknown belongs to."""
        rows = [terms for terms, _ in (*self.equal, *self.below)]
        ends = np.array([(next(iter(terms)), at) for terms in rows for at in terms]).T
        graph = csr_array((np.ones(ends.shape[1]), (ends[0], ends[1])), shape=(len(self.number),) * 2)
        return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)

    @cached_property
    def _systems(self) -> dict[int, tuple[Any, Any, Any, Any]]:
        """Both systems of each part as matrices."""
        found: dict[int, tuple[Any, Any, Any, Any]] = {}
        for piece in np.unique(self._pieces):
            place = {int(at): number for number, at in enumerate(np.flatnonzero(self._pieces == piece))}
            mine = [
                [
                    ({place[at]: value for at, value in terms.items()}, right)
                    for terms, right in rows
                    if next(iter(terms)) in place
                ]
                for rows in (self.below, self.equal)
            ]
            found[int(piece)] = (*_matrix(mine[0], len(place)), *_matrix(mine[1], len(place)))
        return found

    def _solve(self, objective: NDArray[np.float64], piece: int) -> float:
        found = linprog(objective, *self._systems[int(piece)], method="highs")
        if found.status == 3:
            return -np.inf
        assert found.status == 0, found.message
        assert found.fun is not None
        return float(found.fun)

    def holds(self, truth: Mapping[Key, float]) -> float:
        """Return by how much the true counts miss the constraints at most; nothing, if the reader reads right."""
        x = np.zeros(len(self.number))
        for key, at in self.number.items():
            x[at] = truth[key]
        gaps = [0.0]
        gaps += [abs(sum(value * x[at] for at, value in terms.items()) - right) for terms, right in self.equal]
        gaps += [sum(value * x[at] for at, value in terms.items()) - right for terms, right in self.below]
        return max(gaps)


def _decimals(value: float) -> int:
    return next(digits for digits in range(8) if abs(value - round(value, digits)) < 1e-6)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None


def _matrix(rows: list[tuple[dict[int, float], float]], width: int) -> tuple[Any, Any]:
    if not rows:
        return None, None
    at = np.concatenate([np.full(len(terms), row) for row, (terms, _) in enumerate(rows)])
    across = np.concatenate([list(terms) for terms, _ in rows])
    values = np.concatenate([list(terms.values()) for terms, _ in rows])
    return csr_array((values, (at, across)), shape=(len(rows), width)), [right for _, right in rows]
