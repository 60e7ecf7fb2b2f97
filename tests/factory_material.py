"""The words and sizes that made-up analyses are made of."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

POPULATION_ROWS = 891_221
CUSTOMER_ROWS = 191_652
LOW_POPULATION_SHARE = 0.1097
LOW_CUSTOMER_SHARE = 0.2431

NAMES = (
    "Settled savers in their own house",
    "Young urban renters",
    "Dutiful families on a budget",
    "Well-off city households",
    "Mobile low earners",
    "Event-minded singles",
    "Rural home builders",
    "Cautious pensioners",
    "Culture-minded professionals",
    "Online-affine couples",
    "Traditional large families",
    "Sporty high earners",
    "Bargain hunters in towers",
    "Dreamers near the centre",
    "Critical investors",
)


@dataclass(frozen=True)
class Kind:
    """A template for a feature: its code, words and the effect that the low end has on the pull of customers."""

    name: str
    label: str
    type: str
    level: str
    family: str
    basis: str
    phrase: str
    labels: tuple[str, ...]


LOW_HIGH = ("very low", "low", "average", "high", "very high")
KINDS = (
    Kind("FINANZ_SPARER", "Money saver", "ordinal", "person", "money", "scored", "strong savers", LOW_HIGH),
    Kind(
        "ALTERSKATEGORIE_GROB", "Age", "ordinal", "person", "age", "scored", "mostly older",
        ("under 30", "30 to 45", "46 to 60", "over 60"),
    ),
    Kind(
        "FINANZTYP", "Best describing financial type", "categorical", "person", "money", "scored", "mostly investors",
        ("low financial interest", "money saver", "main focus is the own house", "be prepared", "investor",
         "unremarkable"),
    ),
    Kind(
        "HH_EINKOMMEN_SCORE", "Household income", "ordinal", "household", "money", "scored", "mostly high incomes",
        ("very low", "low", "lower middle", "upper middle", "high", "very high"),
    ),
    Kind("ANREDE_KZ", "Sex", "binary", "person", "sex", "observed", "mostly men", ("male", "female")),
    Kind("SEMIO_PFLICHT", "Dutiful", "ordinal", "person", "attitude", "scored", "scored as dutiful", LOW_HIGH),
    Kind(
        "KBA05_ANTG4", "Share of buildings with more than ten homes nearby", "ordinal", "microcell_rr3", "housing",
        "area", "lives in areas with many large blocks", ("none", "few", "many"),
    ),
    Kind(
        "GFK_URLAUBERTYP", "Vacation habits", "categorical", "person", "leisure", "scored", "mostly nature fans",
        ("event travellers", "family-minded", "winter sports", "culture lovers", "nature fans", "hikers",
         "golden agers", "home lovers", "package tour", "connoisseurs", "active families", "without vacation"),
    ),
    Kind("MOBI_REGIO", "Moving pattern in the area", "ordinal", "microcell_rr3", "housing", "area",
          "lives in areas where people seldom move", LOW_HIGH),
    Kind("ONLINE_AFFINITAET", "Online affinity", "ordinal", "region_rr1", "leisure", "area",
          "lives in areas with high online affinity", LOW_HIGH),
    Kind("PLZ8_ANTG1", "Share of small houses in the postcode area", "ordinal", "macrocell_plz8", "housing", "area",
          "lives in areas with many small houses", ("none", "few", "some", "many")),
    Kind("KBA13_ANZAHL_PKW", "Cars in the postcode area", "numeric", "macrocell_plz8", "mobility", "area",
          "lives in areas with many cars", ("0-300", "301-500", "501-700", "701-1,000", "over 1,000")),
    Kind("SEMIO_ERL", "Event-oriented", "ordinal", "person", "attitude", "scored", "scored as event-oriented",
          LOW_HIGH),
    Kind("GEBAEUDETYP", "Type of building", "categorical", "building", "housing", "observed", "mostly own houses",
          ("residential building", "mixed building", "company building", "mostly used by companies")),
    Kind("SOHO_KZ", "Small office or home office", "binary", "household", "work", "observed",
          "mostly with a home office", ("no", "yes")),
)  # fmt: skip
LONG = " (as reported by the data supplier, estimated for the household from neighbouring addresses and updated yearly)"


def allocate(total: int, shares: NDArray[np.float64]) -> list[int]:
    """Whole numbers in proportion to ``shares`` that add up to ``total`` (largest remainder)."""
    exact = shares / shares.sum() * total
    counts = np.floor(exact).astype(int)
    counts[np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]] += 1
    return [int(count) for count in counts]
