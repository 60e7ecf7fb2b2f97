"""Columns on the building and the area: shares after published counts, loadings after published components."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.demo.model import ColumnSet, Nested, scale, shares_of_moments

# Households in a building: half of the buildings hold one to three, a few hold hundreds.
_HOUSEHOLDS: Mapping[int, float] = {
    1: 195_957, 2: 120_982, 3: 62_575, 4: 43_213, 5: 37_815, 6: 36_020, 7: 34_526, 8: 32_293, 9: 29_002, 10: 25_428,
    **{count: 22_000 * 0.86 ** (count - 11) for count in range(11, 40)},
    **{count: 440 * 0.98 ** (count - 40) for count in range(40, 200)},
    **dict.fromkeys(range(200, 380, 3), 8),
}  # fmt: skip

# Cars in the district: a wide hump; above 1,250 only hundreds occur.
_ALL_CARS = range(0, 2301)
_CARS: dict[int, float] = {}
for _count, _share in zip(_ALL_CARS, shares_of_moments(_ALL_CARS, 619.7, 340.0), strict=True):
    _shown = _count if _count <= 1250 else 100 * round(_count / 100)
    _CARS[_shown] = _CARS.get(_shown, 0.0) + _share

_BUILDING = (
    scale("ANZ_HAUSHALTE_AKTIV", _HOUSEHOLDS, urban=0.70),
    scale("ANZ_HH_TITEL", {0: 770_244, 1: 20_157, 2: 2_459, 3: 585, 4: 232, 5: 117, 6: 106, 7: 65, 8: 68, 9: 34,
                           10: 16, 11: 22, 12: 22, 13: 29, 14: 16, 15: 7, 16: 3, 17: 13, 18: 6, 20: 9, 23: 3},
          means=0.20, urban=0.20),
    scale("GEBAEUDETYP", {1: 460_465, 2: 4_935, 4: 900, 6: 628, 3: 178_668, 8: 152_476}, urban=0.55),
    scale("KONSUMNAEHE", {1: 193_738, 2: 134_665, 3: 171_127, 4: 133_324, 5: 153_535, 6: 26_625, 7: 4_238},
          urban=-0.60),
    scale("MIN_GEBAEUDEJAHR", {1985: 116, 1986: 125, 1987: 470, 1988: 1_027, 1989: 2_046, 1990: 4_408, 1991: 5_811,
                               1992: 568_776, 1993: 25_488, 1994: 78_835, 1995: 25_464, 1996: 16_611, 1997: 14_464,
                               1998: 4_097, 1999: 5_413, 2000: 7_382, 2001: 5_877, 2002: 4_216, 2003: 3_356,
                               2004: 2_935, 2005: 5_553, 2006: 1_984, 2007: 2_156, 2008: 2_197, 2009: 2_016,
                               2010: 1_410, 2011: 1_903, 2012: 1_861, 2013: 1_230, 2014: 1_001, 2015: 717, 2016: 128},
          urban=-0.10),
    scale("OST_WEST_KZ", {"O": 168_545, "W": 629_528}, means=0.30),
)  # fmt: skip

_NEARBY = (
    scale("KBA05_ANTG1", {0: 261_049, 1: 161_224, 2: 126_725, 3: 117_762, 4: 91_137}, urban=-0.85),
    scale("KBA05_ANTG2", {0: 292_538, 1: 163_751, 2: 138_273, 3: 134_455, 4: 28_880}, urban=0.20),
    scale("KBA05_ANTG3", {0: 511_545, 1: 92_748, 2: 80_234, 3: 73_370}, urban=0.70),
    scale("KBA05_ANTG4", {0: 600_171, 1: 83_596, 2: 74_130}, urban=0.65),
    scale("KBA05_BAUMAX", {1: 208_639, 0: 343_200, 2: 9_540, 3: 60_145, 4: 37_746, 5: 99_136}, urban=0.70),
    scale("KBA05_GBZ", {1: 107_264, 2: 138_528, 3: 197_833, 4: 155_301, 5: 158_971}, urban=-0.78),
    scale("MOBI_REGIO", {1: 163_993, 2: 143_257, 3: 150_336, 4: 148_209, 5: 148_713, 6: 3_389},
          urban=-0.83, means=0.15),
)  # fmt: skip

_DISTRICT = (
    scale("KBA13_ANZAHL_PKW", _CARS, urban=-0.10, means=0.20),
    scale("PLZ8_ANTG1", {0: 3_712, 1: 191_005, 2: 270_590, 3: 222_355, 4: 87_044}, urban=-0.85),
    scale("PLZ8_ANTG2", {0: 7_438, 1: 53_213, 2: 215_767, 3: 307_283, 4: 191_005}, urban=0.50),
    scale("PLZ8_ANTG3", {0: 119_794, 1: 237_878, 2: 252_994, 3: 164_040}, urban=0.85),
    scale("PLZ8_ANTG4", {0: 356_389, 1: 294_986, 2: 123_331}, urban=0.82),
    scale("PLZ8_BAUMAX", {1: 499_550, 2: 70_407, 3: 50_732, 5: 97_333, 4: 56_684}, urban=0.80),
    scale("PLZ8_HHZ", {1: 10_945, 2: 66_891, 3: 309_146, 4: 211_911, 5: 175_813}, urban=0.15),
    scale("PLZ8_GBZ", {1: 40_600, 2: 111_588, 3: 288_383, 4: 180_252, 5: 153_883}, urban=-0.65),
)

_REGION = (
    scale("BALLRAUM", {1: 151_782, 2: 104_521, 3: 73_277, 4: 61_358, 5: 52_411, 6: 255_093, 7: 99_039}, urban=-0.58),
    scale("EWDICHTE", {1: 84_051, 2: 139_087, 3: 81_409, 4: 130_716, 5: 161_209, 6: 201_009}, urban=0.75),
    scale("INNENSTADT", {1: 51_910, 2: 109_048, 3: 92_818, 4: 134_067, 5: 147_626, 6: 111_679, 7: 67_463, 8: 82_870},
          urban=-0.65),
    scale("GEBAEUDETYP_RASTER", {1: 12_757, 2: 59_961, 3: 205_330, 4: 359_820, 5: 160_198}, urban=-0.25),
    scale("KKK", {1: 99_966, 2: 181_519, 3: 273_024, 4: 178_648}, means=-0.50, urban=0.20),
    scale("REGIOTYP", {1: 54_798, 2: 91_662, 3: 93_929, 4: 68_180, 5: 145_359, 6: 195_286, 7: 83_943},
          means=-0.45, urban=0.25),
    scale("ARBEIT", {1: 56_767, 2: 135_662, 3: 254_988, 4: 311_339, 5: 35_090}, urban=0.40, means=-0.20),
    scale("ORTSGR_KLS9", {1: 40_589, 2: 63_362, 3: 83_542, 4: 114_909, 5: 148_096, 6: 75_995, 7: 102_866, 8: 72_709,
                          9: 91_879}, urban=0.78),
    scale("RELAT_AB", {1: 142_907, 2: 104_846, 3: 274_008, 4: 97_121, 5: 174_964}, urban=0.30, means=-0.20),
)  # fmt: skip

# Wealth class, then the types of the class in the order of their life stage.
_CAMEO = Nested(
    "CAMEO_DEU_2015",
    ("cameo_class", "cameo_stage"),
    {
        "1": {"1A": 10_849, "1C": 4_315, "1B": 4_071, "1E": 5_065, "1D": 11_909},
        "2": {"2A": 13_244, "2B": 15_481, "2D": 35_071, "2C": 19_420},
        "3": {"3B": 7_151, "3A": 10_532, "3C": 34_763, "3D": 34_299},
        "4": {"4A": 33_146, "4B": 9_045, "4C": 47_813, "4D": 8_569, "4E": 5_320},
        "5": {"5A": 12_201, "5B": 10_354, "5C": 9_934, "5D": 14_941, "5E": 3_581, "5F": 4_283},
        "6": {"6A": 6_808, "6B": 56_672, "6C": 14_820, "6E": 16_107, "6F": 5_392, "6D": 6_072},
        "7": {"7A": 34_399, "7B": 24_503, "7C": 9_064, "7D": 5_333, "7E": 4_633},
        "8": {"8A": 52_435, "8B": 33_434, "8C": 30_991, "8D": 17_576},
        "9": {"9B": 27_676, "9C": 24_987, "9D": 28_593, "9A": 20_542, "9E": 6_377},
    },
)
# Villages at the rural end, then the quality of the address by means.
_QUALITY = Nested(
    "WOHNLAGE",
    ("wohnlage_town", "wohnlage_quality"),
    {
        "rural": {"8": 22, "7": 212},
        "town": {"5": 93, "4": 170, "3": 313, "0": 9, "2": 126, "1": 55},
    },
)

PLACE_COLUMNS = ColumnSet(
    scales=(*_BUILDING, *_NEARBY, *_DISTRICT, *_REGION),
    nested=(_CAMEO, _QUALITY),
    latents={
        "cameo_class": {"urban": 0.45, "means": -0.65},
        "cameo_stage": {"age": 0.55, "household": 0.15},
        "wohnlage_town": {"urban": 0.70},
        "wohnlage_quality": {"means": 0.45},
    },
)
