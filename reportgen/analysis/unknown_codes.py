"""The largest share of unknown codes in a feature of the distance, as far as it is published."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.result import Analysis

_OTHER = "other"  # the level of codes that the dictionary, or the population, does not know


@dataclass(frozen=True)
class UnknownCodes:
    """A feature's label, the share of rows with a code that is unknown, and whether these are rows of customers."""

    label: str
    share: float
    of_customers: bool


def most_unknown(analysis: Analysis) -> UnknownCodes | None:
    """Return the feature with the largest share on either side; None when no column is in the distance."""
    used = {column.name: column for column in analysis.quality.columns if column.use == "distance"}
    rows, customers = max(analysis.population.rows, 1), max(analysis.customers.rows, 1)
    found = [UnknownCodes(column.label, (column.unknown_codes or 0) / rows, False) for column in used.values()]
    found += [
        UnknownCodes(feature.label, (level.customer_count or 0) / customers, True)
        for feature in analysis.features
        if feature.name in used
        for level in feature.levels
        if level.code == _OTHER
    ]
    return max(found, key=lambda unknown: unknown.share, default=None)
