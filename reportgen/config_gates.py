"""Settings for when the data are new: what builds the segments anew, and what stops a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

from reportgen.config_table import Table, setting


@dataclass(frozen=True)
class GateRule:
    """A condition that fails a run: ``measure`` above (``>``) or below (``<``) ``limit``."""

    measure: str
    sign: str
    limit: float

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.limit:g}"


GATE_MEASURES = ("drift", "unknown", "missing", "stability", "agreement", "k")

TRIGGERS = ("schema", "psi", "unknown", "agreement", "never")

_RULE = re.compile(r"\s*([a-z]+)\s*([<>])\s*([0-9]*\.?[0-9]+)\s*")


def parse_gates(text: str) -> tuple[GateRule, ...]:
    """Read rules such as ``drift>0.25, stability<0.6``.

    Raises
    ------
    ValueError
        If one of them is no rule.
    """
    rules = []
    for part in filter(str.strip, text.split(",")):
        found = _RULE.fullmatch(part)
        if found is None or found.group(1) not in GATE_MEASURES:
            raise ValueError(
                f"{part.strip()!r} is no rule; known are {', '.join(GATE_MEASURES)} with < or > and a number"
            )
        rules.append(GateRule(found.group(1), found.group(2), float(found.group(3))))
    return tuple(rules)


def _gates(text: str) -> str:
    return ", ".join(map(str, parse_gates(text)))


def _words_of(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _triggers(text: str) -> str:
    wrong = [word for word in _words_of(text) if word not in TRIGGERS]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is none of {', '.join(TRIGGERS)}")
    return ", ".join(_words_of(text))


class Refresh(Table):
    """Table ``[refresh]``: what happens to the segments when the data are new."""

    refit: bool = setting(
        False, "Build the segments anew instead of keeping those of the issue before.", "true or false"
    )
    refit_on: Annotated[str, AfterValidator(_triggers)] = setting(
        "schema",
        "What builds them anew by itself: schema (the files no longer fit), psi (a feature, on either side, or the "
        "sizes of segments drifted by 0.25 and more than chance), unknown (a feature has too many unknown codes), "
        "agreement (a trial refit agrees at less than 0.8).",
        'words of schema, psi, unknown, agreement, such as "schema, psi"; or "never"',
    )
    unknown: float = setting(
        0.01, "The share of unknown codes that counts as too many.", "a number above 0 and below 1", gt=0, lt=1
    )

    @property
    def triggers(self) -> frozenset[str]:
        """The words of ``refit_on``."""
        return frozenset(_words_of(self.refit_on)) - {"never"}


class Gates(Table):
    """Table ``[gates]``: conditions that a run has to meet to become the latest."""

    fail_on: Annotated[str, AfterValidator(_gates)] | None = setting(
        None,
        "Rules that a run must not meet: drift (largest PSI beyond chance), unknown (largest share of unknown codes in "
        "a feature), missing (largest rise of a share of missing values), stability (lowest mean Jaccard similarity of "
        "a segment), agreement (of a trial refit), k (number of segments).",
        'rules of these words with < or >, such as "drift>0.25, unknown>0.01, stability<0.6"',
        example="drift>0.25, unknown>0.01, stability<0.6",
    )

    @property
    def rules(self) -> tuple[GateRule, ...]:
        """The rules of ``fail_on``."""
        return parse_gates(self.fail_on or "")
