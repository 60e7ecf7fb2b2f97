"""The truth behind the demo: planted types, how common they are on each side, and what makes them differ.

A person of a type has six latent traits, normal around the mean of the type with a spread that all
types share. Every column is a cut through a weighted sum of traits and noise, so that, given the type,
customers and population are alike: only the shares of the types, and of records with little information,
differ between the two files. That makes the true index of each type exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Literal

DemoSide = Literal["population", "customers"]

# Size of the published pair; the demo keeps their proportion.
PUBLISHED_ROWS: Mapping[DemoSide, int] = MappingProxyType({"population": 891_221, "customers": 191_652})
# Rows that lack most of the 79 columns with few gaps: 93,795 of 891,221 and 50,012 of 191,652.
LOW_INFORMATION: Mapping[DemoSide, float] = MappingProxyType({"population": 0.1050, "customers": 0.2609})

TRAITS = ("urban", "means", "age", "combat", "household", "green")
# Spread of each trait within a type; the larger it is against the distance of the means, the more types overlap.
SPREAD: Mapping[str, float] = MappingProxyType(
    {"urban": 0.52, "means": 0.54, "age": 0.48, "combat": 0.48, "household": 0.54, "green": 0.52}
)


@dataclass(frozen=True)
class PlantedType:
    """One kind of person in the demo.

    Attributes
    ----------
    number
        1, 2, ...; 0 is kept for records with little information.
    name
        What the type is like.
    population_share, customer_share
        Share among the rows that have enough information, 0 to 1.
    means
        Mean of each trait of ``TRAITS``, in units in which the population's spread is about 1.
    """

    number: int
    name: str
    population_share: float
    customer_share: float
    means: tuple[float, ...]

    @property
    def index(self) -> float:
        """True index of the type among placed rows: 100 x customer share / population share."""
        return 100.0 * self.customer_share / self.population_share


@dataclass(frozen=True)
class DemoFiles:
    """What ``write_demo`` wrote.

    Attributes
    ----------
    directory, population, customers, dictionary, config, truth
        Paths: the folder, the two files, ``features.csv``, ``reportgen.toml`` and the folder of the truth.
    population_rows, customer_rows
        Rows of the two files.
    """

    directory: Path
    population: Path
    customers: Path
    dictionary: Path
    config: Path
    truth: Path
    population_rows: int
    customer_rows: int


# Order of the means: urban, means, age, combat, household, green.
TYPES: tuple[PlantedType, ...] = (
    PlantedType(1, "well-off savers of the green generation", 0.11, 0.390, (-0.4, 1.3, 0.9, 0.5, -0.4, 1.8)),
    PlantedType(2, "well-off families outside the towns", 0.09, 0.155, (-1.1, 0.9, 0.2, 1.1, 1.6, -0.5)),
    PlantedType(3, "older men in towns who save and invest", 0.11, 0.170, (0.7, 0.5, 1.1, 1.2, -0.7, -0.6)),
    PlantedType(4, "older women attached to tradition", 0.12, 0.110, (0.4, -0.2, 1.3, -1.2, -0.6, -0.5)),
    PlantedType(5, "several generations in villages", 0.12, 0.070, (-1.3, -0.4, 0.2, -0.7, 1.0, -0.5)),
    PlantedType(6, "city dwellers of the green generation", 0.10, 0.063, (1.0, 0.5, -0.4, -0.7, -0.4, 1.4)),
    PlantedType(7, "young men in large estates", 0.12, 0.014, (1.0, -1.0, -1.2, 1.1, -0.6, -0.4)),
    PlantedType(8, "young women in large estates", 0.11, 0.012, (0.8, -0.9, -1.2, -1.2, -0.5, -0.4)),
    PlantedType(9, "young families of small means in small towns", 0.12, 0.016, (-0.8, -0.6, -0.9, 0.8, 1.0, -0.5)),
)  # fmt: skip

TRUE_INDEX: Mapping[int, float] = MappingProxyType({planted.number: planted.index for planted in TYPES})


def type_shares(side: DemoSide) -> tuple[float, ...]:
    """Return the share of each planted type among the placed rows of one side, in the order of ``TYPES``."""
    if side == "population":
        return tuple(planted.population_share for planted in TYPES)
    return tuple(planted.customer_share for planted in TYPES)
