"""What several chapters of a report share."""

from __future__ import annotations

from dataclasses import dataclass

Interval = tuple[float, float]


@dataclass(frozen=True)
class Count:
    """A number of people and their share of all people on that side."""

    count: int
    share: float
