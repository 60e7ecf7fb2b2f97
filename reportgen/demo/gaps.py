"""What is missing in the demo, and together with what: blanks and coded gaps after the published counts.

Nearly all gaps come from two events: a record that could not be linked to its household, building or area
(low information), and a person who could not be scored. Other rows lack one or two area blocks. Rates are
published counts divided by the rows of the group: 93,578 rows with little information, 797,643 others.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Gap = tuple[tuple[str, ...], str, Mask]

HOUSEHOLD = ("SOHO_KZ", "TITEL_KZ", "ALTER_HH", "ANZ_PERSONEN", "ANZ_TITEL", "WOHNDAUER_2008")
BUILDING = ("GEBAEUDETYP", "MIN_GEBAEUDEJAHR", "OST_WEST_KZ", "WOHNLAGE", "ANZ_HAUSHALTE_AKTIV")
CAMEO = ("CAMEO_DEUG_2015", "CAMEO_DEU_2015", "CAMEO_INTL_2015")
NEARBY = (
    "KBA05_ANTG1", "KBA05_ANTG2", "KBA05_ANTG3", "KBA05_ANTG4", "KBA05_BAUMAX", "KBA05_GBZ", "MOBI_REGIO",
)  # fmt: skip
POSTCODE = ("BALLRAUM", "EWDICHTE", "INNENSTADT")
STANDING = ("KKK", "REGIOTYP")
DISTRICT = (
    "PLZ8_ANTG1", "PLZ8_ANTG2", "PLZ8_ANTG3", "PLZ8_ANTG4", "PLZ8_BAUMAX", "PLZ8_HHZ", "PLZ8_GBZ",
)  # fmt: skip
COMMUNITY = ("ARBEIT", "ORTSGR_KLS9", "RELAT_AB")
UNSCORED = ("HEALTH_TYP", "SHOPPER_TYP", "VERS_TYP")
PERSON = ("CJT_GESAMTTYP", "GFK_URLAUBERTYP", "LP_STATUS_FEIN", "LP_STATUS_GROB", "RETOURTYP_BK_S", "ONLINE_AFFINITAET")
FAMILY = ("LP_FAMILIE_FEIN", "LP_FAMILIE_GROB")
STAGE_FINE, STAGE_ROUGH = ("LP_LEBENSPHASE_FEIN",), ("LP_LEBENSPHASE_GROB",)

# Columns, code and the interval of a row's address draw in which they are missing. Intervals overlap as
# the published blocks do: 13,500 of the 22,900 rows without a district also lack the houses nearby. No row
# reaches 21 gaps, so that the valley between the two kinds of rows stays empty.
_ADDRESS_GAPS: tuple[tuple[tuple[str, ...], str, float, float], ...] = (
    (COMMUNITY, "", 0.0, 0.00456),
    (("ANZ_HH_TITEL",), "", 0.0, 0.0043),
    (CAMEO, "", 0.0, 0.00677),
    (CAMEO, "XX", 0.00677, 0.00724),
    (("KBA13_ANZAHL_PKW",), "", 0.0, 0.0153),
    (DISTRICT, "", 0.0, 0.0288),
    (NEARBY, "", 0.0119, 0.0617),
    (STANDING, "", 0.0, 0.0346),
    (POSTCODE, "", 0.0617, 0.0624),
    (("GEBAEUDETYP_RASTER",), "", 0.0624, 0.06241),
)
_ADDRESS_END = 0.06241

# The same for persons that could not be scored, as shares of the other rows; every next one holds the last.
_PERSON_GAPS: tuple[tuple[tuple[str, ...], str, float], ...] = (
    (FAMILY, "0", 0.0288),
    (("PRAEGENDE_JUGENDJAHRE",), "0", 0.0325),
    (("NATIONALITAET_KZ",), "0", 0.0330),
    (UNSCORED, "-1", 0.0363),
    (STAGE_ROUGH, "0", 0.0498),
    (STAGE_FINE, "0", 0.0537),
)
# Gaps that come alone.
_SINGLE_GAPS: tuple[tuple[tuple[str, ...], str, float], ...] = (
    (STANDING, "0", 0.0462),
    (("HH_EINKOMMEN_SCORE",), "", 0.0230),
    (("KK_KUNDENTYP",), "", 0.6156),
    (("ANZ_HAUSHALTE_AKTIV",), "0", 0.0081),
    (("ALTERSKATEGORIE_GROB",), "9", 0.0036),
    (("ARBEIT", "RELAT_AB"), "9", 0.0002),
    (("ORTSGR_KLS9",), "0", 0.00007),
)


def gaps(low: Mask, generator: np.random.Generator) -> Iterator[Gap]:
    """Yield what is missing: columns, the code that says so ("" is blank), and the rows.

    Parameters
    ----------
    low : ndarray of bool, shape (n_rows,)
        Rows with little information.
    generator
        Source of chance; always drawn from in the same order.

    Yields
    ------
    columns, code, rows
        To be applied in order; a later gap does not fill an earlier one, so a blank stays blank.
    """
    address, person, ages, child = generator.random((4, len(low)))
    yield from _low_information_gaps(low, generator.random(len(low)))
    for columns, code, start, end in _ADDRESS_GAPS:
        yield columns, code, ~low & (address >= start) & (address < end)
    # Unscored persons are drawn among rows with a complete address.
    for columns, code, share in _PERSON_GAPS:
        yield columns, code, ~low & (address >= _ADDRESS_END) & (person < share / (1 - _ADDRESS_END))
    for columns, code, share in _SINGLE_GAPS:
        yield columns, code, ~low & (generator.random(len(low)) < share)
    yield ("GEBURTSJAHR",), "0", low | (ages < 0.3745)
    yield ("ALTER_HH",), "0", low | (ages < 0.2713)
    yield ("W_KEIT_KIND_HH",), "", low | (child < 0.0176)
    yield ("W_KEIT_KIND_HH",), "0", child < 0.0176 + 0.0506


def _low_information_gaps(low: Mask, pattern: NDArray[np.float64]) -> Iterator[Gap]:
    """Yield the gaps of rows with little information, by pattern.

    All lack building and area. 0 to .784 also lack the household; below .49 and from .784 to .877 the family
    is unknown, and below .877 the person is not scored. That gives 47, 43, 42 or 33 gaps in the 79 columns
    with few gaps, and 48 for the 5 % without the person block.
    """
    area = ("ANZ_HH_TITEL", "GEBAEUDETYP_RASTER", "KBA13_ANZAHL_PKW", "KK_KUNDENTYP")
    yield (*BUILDING, *area, *CAMEO, *NEARBY, *POSTCODE, *STANDING, *DISTRICT, *COMMUNITY), "", low
    yield HOUSEHOLD, "", low & (pattern < 0.784)
    yield ("KONSUMNAEHE",), "", low & (pattern < 0.789)
    yield (*PERSON, *FAMILY, *STAGE_ROUGH, *STAGE_FINE), "", low & (pattern >= 0.784) & (pattern < 0.836)
    family = (pattern < 0.49) | ((pattern >= 0.784) & (pattern < 0.877))
    yield (*FAMILY, *STAGE_ROUGH, *STAGE_FINE), "0", low & family
    yield UNSCORED, "-1", low & (pattern < 0.877)
    yield ("NATIONALITAET_KZ", "PRAEGENDE_JUGENDJAHRE"), "0", low & (pattern < 0.877)
