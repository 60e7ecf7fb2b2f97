"""The packaged AZDIAS dictionary: complete, consistent, and true to the published columns and codes."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

import pytest

from reportgen.dictionary import (
    REQUIRED_COLUMNS,
    Basis,
    Direction,
    FeatureDictionary,
    Kind,
    Role,
    Sensitivity,
    read_dictionary,
)

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT.parent / "shared" / "reference" / "azdias_features.csv"
FOLDER = ROOT / "data" / "azdias"


@pytest.fixture(scope="module")
def azdias() -> FeatureDictionary:
    return read_dictionary("azdias")


def _span(first: int, last: int) -> set[str]:
    return {str(code) for code in range(first, last + 1)}


def _letters(groups: Iterable[str]) -> set[str]:
    """`1AE` stands for 1A to 1E."""
    return {f"{group[0]}{chr(code)}" for group in groups for code in range(ord(group[1]), ord(group[2]) + 1)}


# Every code that the published lists name, other than those that mean "unknown".
CODES: dict[str, set[str]] = {
    "AGER_TYP": _span(1, 3),
    "ALTERSKATEGORIE_GROB": _span(1, 4),
    "ANREDE_KZ": _span(1, 2),
    "CJT_GESAMTTYP": _span(1, 6),
    **{
        f"FINANZ_{name}": _span(1, 5)
        for name in ("MINIMALIST", "SPARER", "VORSORGER", "ANLEGER", "UNAUFFAELLIGER", "HAUSBAUER")
    },
    "FINANZTYP": _span(1, 6),
    "GFK_URLAUBERTYP": _span(1, 12),
    "GREEN_AVANTGARDE": _span(0, 1),
    "HEALTH_TYP": _span(1, 3),
    "LP_LEBENSPHASE_FEIN": _span(1, 40),
    "LP_LEBENSPHASE_GROB": _span(1, 12),
    "LP_FAMILIE_FEIN": _span(1, 11),
    "LP_FAMILIE_GROB": _span(1, 5),
    "LP_STATUS_FEIN": _span(1, 10),
    "LP_STATUS_GROB": _span(1, 5),
    "NATIONALITAET_KZ": _span(1, 3),
    "PRAEGENDE_JUGENDJAHRE": _span(1, 15),
    "RETOURTYP_BK_S": _span(1, 5),
    **{
        f"SEMIO_{name}": _span(1, 7)
        for name in (
            "SOZ", "FAM", "REL", "MAT", "VERT", "LUST", "ERL", "KULT", "RAT", "KRIT", "DOM", "KAEM", "PFLICHT", "TRADV",
        )
    },
    "SHOPPER_TYP": _span(0, 3),
    "SOHO_KZ": _span(0, 1),
    "TITEL_KZ": _span(1, 5),
    "VERS_TYP": _span(1, 2),
    "ZABEOTYP": _span(1, 6),
    "ALTER_HH": _span(1, 21),
    "HH_EINKOMMEN_SCORE": _span(1, 6),
    "KK_KUNDENTYP": _span(1, 6),
    "W_KEIT_KIND_HH": _span(1, 6),
    "WOHNDAUER_2008": _span(1, 9),
    "GEBAEUDETYP": _span(1, 8),
    "KONSUMNAEHE": _span(1, 7),
    "OST_WEST_KZ": {"O", "W"},
    "WOHNLAGE": _span(0, 5) | {"7", "8"},
    "CAMEO_DEUG_2015": _span(1, 9),
    "CAMEO_DEU_2015": _letters(("1AE", "2AD", "3AD", "4AE", "5AF", "6AF", "7AE", "8AD", "9AE")),
    "CAMEO_INTL_2015": {f"{tens}{ones}" for tens in range(1, 6) for ones in range(1, 6)},
    **{f"{area}_ANTG{size}": _span(0, top) for area in ("KBA05", "PLZ8") for size, top in enumerate((4, 4, 3, 2), 1)},
    "KBA05_BAUMAX": _span(1, 5),
    "KBA05_GBZ": _span(1, 5),
    "BALLRAUM": _span(1, 7),
    "EWDICHTE": _span(1, 6),
    "INNENSTADT": _span(1, 8),
    "GEBAEUDETYP_RASTER": _span(1, 5),
    "KKK": _span(1, 4),
    "MOBI_REGIO": _span(1, 6),
    "ONLINE_AFFINITAET": _span(0, 5),
    "REGIOTYP": _span(1, 7),
    "PLZ8_BAUMAX": _span(1, 5),
    "PLZ8_HHZ": _span(1, 5),
    "PLZ8_GBZ": _span(1, 5),
    "ARBEIT": _span(1, 5),
    "ORTSGR_KLS9": _span(1, 9),
    "RELAT_AB": _span(1, 5),
}  # fmt: skip
COUNTS = {
    "GEBURTSJAHR", "ANZ_PERSONEN", "ANZ_TITEL", "ANZ_HAUSHALTE_AKTIV", "ANZ_HH_TITEL", "MIN_GEBAEUDEJAHR",
    "KBA13_ANZAHL_PKW",
}  # fmt: skip


def test_there_are_85_features_of_the_published_kinds(azdias: FeatureDictionary) -> None:
    assert len(azdias.features) == 85
    kinds = {kind: sum(feature.kind is kind for feature in azdias.features) for kind in Kind}
    assert kinds == {
        Kind.ORDINAL: 49, Kind.CATEGORICAL: 21, Kind.NUMERIC: 7, Kind.MIXED: 7, Kind.INTERVAL: 1, Kind.BINARY: 0,
    }  # fmt: skip


@pytest.mark.skipif(not REFERENCE.is_file(), reason="the published feature summary is not beside this checkout")
def test_the_first_four_columns_are_the_published_ones_verbatim() -> None:
    published = REFERENCE.read_text(encoding="utf-8").splitlines()
    ours = (FOLDER / "features.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(";")[:4] for line in ours] == [line.split(";") for line in published]
    assert tuple(published[0].split(";")) == REQUIRED_COLUMNS


def test_every_ordered_feature_has_the_words_that_sentences_need(azdias: FeatureDictionary) -> None:
    lacking = [
        feature.name
        for feature in azdias.features
        if feature.is_ordered and not (feature.label and feature.direction and feature.more and feature.less)
    ]
    assert lacking == []


def test_every_feature_has_a_label_of_its_own(azdias: FeatureDictionary) -> None:
    labels = [feature.label for feature in azdias.features]
    assert len(set(labels)) == 85
    assert not [feature.name for feature in azdias.features if feature.label == feature.name]


def test_only_ordered_features_have_a_direction(azdias: FeatureDictionary) -> None:
    assert [f.name for f in azdias.features if f.direction and not f.is_ordered] == []


@pytest.mark.parametrize("name", sorted(CODES))
def test_every_published_code_is_labelled_and_no_other(azdias: FeatureDictionary, name: str) -> None:
    feature = azdias.by_name[name]
    assert set(feature.values) == CODES[name]
    assert not set(feature.values) & feature.missing
    labels = list(feature.values.values())
    assert len(set(labels)) == len(labels)


def test_counts_and_years_have_no_labels(azdias: FeatureDictionary) -> None:
    assert set(CODES) | COUNTS == set(azdias.by_name)
    assert all(not azdias.by_name[name].values for name in COUNTS)


def test_a_code_is_listed_once_per_column() -> None:
    for name, key in (("values.csv", ("attribute", "value")), ("parts.csv", ("attribute", "value", "part"))):
        with (FOLDER / name).open(encoding="utf-8", newline="") as file:
            rows = [tuple(row[column] for column in key) for row in csv.DictReader(file, delimiter=";")]
        assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(
    "name",
    ["HH_EINKOMMEN_SCORE", "W_KEIT_KIND_HH", "KKK", "MOBI_REGIO", "REGIOTYP", "FINANZ_SPARER", "SEMIO_KAEM"],
)
def test_scales_that_run_from_high_to_low_are_descending(azdias: FeatureDictionary, name: str) -> None:
    assert azdias.by_name[name].direction is Direction.DESCENDING


def test_the_doubly_inverted_score_is_named_by_the_sensible_quantity(azdias: FeatureDictionary) -> None:
    feature = azdias.by_name["FINANZ_MINIMALIST"]
    assert (feature.label, feature.direction) == ("interest in finance", Direction.ASCENDING)
    assert (feature.values["1"], feature.values["5"]) == ("very low", "very high")


def test_rough_and_derived_twins_only_describe(azdias: FeatureDictionary) -> None:
    describing = {feature.name for feature in azdias.features if feature.role is Role.DESCRIBE}
    assert describing == {
        "LP_FAMILIE_GROB", "LP_STATUS_GROB", "LP_LEBENSPHASE_GROB", "LP_LEBENSPHASE_FEIN", "FINANZTYP",
        "GREEN_AVANTGARDE", "CAMEO_DEUG_2015", "CAMEO_DEU_2015", "KBA05_BAUMAX", "PLZ8_BAUMAX",
        "SOHO_KZ", "TITEL_KZ", "ANZ_TITEL", "ANZ_HH_TITEL",
    }  # fmt: skip
    assert all(feature.role_given for feature in azdias.features)


def test_sensitive_features_are_marked(azdias: FeatureDictionary) -> None:
    marked = {feature.name: feature.sensitivity for feature in azdias.features}
    special = {name for name, word in marked.items() if word is Sensitivity.SPECIAL}
    assert special == {"NATIONALITAET_KZ", "HEALTH_TYP", "SEMIO_REL"}
    assert {name for name, word in marked.items() if word is Sensitivity.PROXY} == {"CAMEO_DEU_2015"}


def test_standards_and_bases(azdias: FeatureDictionary) -> None:
    standards = {feature.standard: feature.name for feature in azdias.features if feature.standard}
    assert standards == {"age": "ALTERSKATEGORIE_GROB", "sex": "ANREDE_KZ", "region": "OST_WEST_KZ"}
    assert azdias.by_name["PLZ8_ANTG1"].basis is Basis.AREA
    assert azdias.by_name["SEMIO_KULT"].basis is Basis.SCORED
    assert azdias.by_name["ONLINE_AFFINITAET"].basis is Basis.SCORED


def test_mixed_codes_have_parts_over_listed_codes(azdias: FeatureDictionary) -> None:
    for feature in azdias.features:
        assert bool(feature.parts) == (feature.kind is Kind.MIXED)
        for part in feature.parts:
            assert set(part.values) <= set(feature.values)
            assert part.label
            if part.ordered:
                assert part.direction
                assert part.more
                assert part.less


def test_parts_read_as_documented(azdias: FeatureDictionary) -> None:
    def part(name: str, part_name: str) -> dict[str, str]:
        return next(dict(part.values) for part in azdias.by_name[name].parts if part.name == part_name)

    decade, movement = (part("PRAEGENDE_JUGENDJAHRE", name) for name in ("decade", "movement"))
    assert (decade["1"], decade["7"], decade["15"]) == ("40", "60", "90")
    assert {code for code, value in movement.items() if value == "avantgarde"} == {
        "2",
        "4",
        "6",
        "7",
        "9",
        "11",
        "13",
        "15",
    }
    wealth, stage = (part("CAMEO_INTL_2015", name) for name in ("wealth", "life_stage"))
    assert all(code == wealth[code] + stage[code] for code in CODES["CAMEO_INTL_2015"])
    quality, rural = (part("WOHNLAGE", name) for name in ("quality", "rural"))
    assert set(quality) == _span(1, 5)
    assert {code for code, value in rural.items() if value == "1"} == {"7", "8"}
    assert "0" not in quality
    assert "0" not in rural
    fine = {name: part("LP_LEBENSPHASE_FEIN", name) for name in ("household", "income", "age")}
    assert set(fine["household"]) == set(fine["income"]) == _span(1, 40)
    assert [fine[name]["40"] for name in fine] == ["several adults", "4", "4"]
    assert "9" not in fine["age"]
