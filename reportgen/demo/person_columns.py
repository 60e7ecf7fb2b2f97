"""Person and household columns of the demo: shares after published counts, loadings after published components.

Counts are those that public analyses of the AZDIAS sample print for the whole file or for its rows with
few gaps; where only mean and standard deviation are printed, the shares of greatest entropy stand in.
"""

from __future__ import annotations

from reportgen.demo.model import ColumnSet, Nested, scale, scale_of_all, scale_of_moments, shares_of_moments

_FIVE, _SEVEN = range(1, 6), range(1, 8)

_FINANCE = (
    scale_of_all("FINANZ_MINIMALIST", {1: 139_587, 2: 159_313, 3: 256_276, 4: 167_182, 5: 168_863},
                 default="3", means=0.62, age=0.45, combat=0.22),
    scale_of_all("FINANZ_SPARER", {1: 250_213, 2: 153_051, 3: 140_354, 4: 201_223, 5: 146_380},
                 default="4", age=-0.80, means=-0.30),
    scale_of_all("FINANZ_VORSORGER", {1: 104_369, 2: 116_530, 3: 229_842, 4: 198_218, 5: 242_262},
                 default="3", age=0.75, means=0.25),
    scale_of_all("FINANZ_ANLEGER", {1: 210_812, 2: 161_286, 3: 141_018, 4: 143_597, 5: 234_508},
                 default="5", age=-0.60, means=-0.50),
    scale_of_all("FINANZ_UNAUFFAELLIGER", {1: 220_597, 2: 185_749, 3: 170_628, 4: 113_696, 5: 200_551},
                 default="5", age=-0.70, means=-0.25),
    scale_of_all("FINANZ_HAUSBAUER", {1: 143_104, 2: 171_847, 3: 235_184, 4: 157_168, 5: 183_918},
                 default="3", means=-0.40, household=-0.30, urban=0.40),
)  # fmt: skip

_PERSONALITY = (
    scale_of_moments("SEMIO_SOZ", _SEVEN, 3.94586, 1.9465, default=2, combat=0.70, age=-0.15),
    scale_of_moments("SEMIO_FAM", _SEVEN, 4.27272, 1.9158, default=6, combat=0.60, age=-0.30, household=-0.20),
    scale_of_moments("SEMIO_REL", _SEVEN, 4.24060, 2.0073, default=7, age=-0.65, combat=0.35),
    scale_of_moments("SEMIO_MAT", _SEVEN, 4.00159, 1.8575, default=5, age=-0.50, combat=0.25),
    scale_of_moments("SEMIO_VERT", _SEVEN, 4.02370, 2.0777, default=1, combat=0.88),
    scale_of_moments("SEMIO_LUST", _SEVEN, 4.35908, 2.0228, default=5, age=0.60, combat=0.35),
    scale_of_moments("SEMIO_ERL", _SEVEN, 4.48140, 1.8075, default=3, age=0.70, combat=-0.20),
    scale_of_moments("SEMIO_KULT", _SEVEN, 4.02501, 1.9038, default=3, combat=0.60, age=-0.30, green=-0.30),
    scale_of_moments("SEMIO_RAT", _SEVEN, 3.91013, 1.5803, default=4, age=-0.55, combat=-0.45),
    scale_of_moments("SEMIO_KRIT", _SEVEN, 4.76322, 1.8307, default=7, combat=-0.65, age=0.15, green=-0.25),
    scale_of_moments("SEMIO_DOM", _SEVEN, 4.66755, 1.7957, default=6, combat=-0.80, age=0.10),
    scale_of_moments("SEMIO_KAEM", _SEVEN, 4.44500, 1.8524, default=6, combat=-0.87),
    scale_of_moments("SEMIO_PFLICHT", _SEVEN, 4.25607, 1.7701, default=5, age=-0.70, combat=-0.10),
    scale_of_moments("SEMIO_TRADV", _SEVEN, 3.66178, 1.7076, default=3, age=-0.70),
)

# Year of birth: mean and standard deviation of the years that are known (0 stands for unknown).
_YEARS = range(1900, 2018)
_AGE = (
    scale_of_all("ALTERSKATEGORIE_GROB", {1: 142_887, 2: 158_410, 3: 358_533, 4: 228_510}, default="3", age=0.80),
    scale("GEBURTSJAHR", dict(zip(_YEARS, shares_of_moments(_YEARS, 1967.1, 17.0), strict=True)), age=-0.85),
    scale("ALTER_HH", dict(zip(range(1, 22), shares_of_moments(range(1, 22), 15.29, 3.8), strict=True)), age=-0.75),
    # -1: not classifiable, because the scheme is for older people; so it lies at the young end.
    scale("AGER_TYP", {-1: 584_000, 0: 8_340, 3: 27_104, 2: 98_472, 1: 79_802}, default="-1", age=0.60),
    scale_of_all("ANREDE_KZ", {1: 425_916, 2: 465_305}, default="", combat=-0.93),
    scale("NATIONALITAET_KZ", {1: 874, 3: 43, 2: 83}, default="1", urban=0.20, age=-0.15),
    scale("TITEL_KZ", {0: 795_700, 1: 1_947, 5: 104, 4: 57, 3: 49, 2: 3}, default="0", means=0.30),
)

_CONSUMER = (
    scale("CJT_GESAMTTYP", {4: 250, 6: 129, 1: 118, 3: 186, 5: 140, 2: 178}, default="4", age=0.55, means=0.20),
    scale("GFK_URLAUBERTYP", {12: 164, 9: 72, 1: 64, 11: 95, 2: 55, 3: 67, 10: 130, 6: 32, 4: 76, 5: 89, 8: 105, 7: 51},
          default="5", age=0.40, means=0.35, green=0.35),
    scale("HEALTH_TYP", {1: 162_388, 2: 306_944, 3: 310_693}, default="3", age=-0.40, means=-0.20),
    scale_of_all("RETOURTYP_BK_S", {1: 129_712, 2: 95_731, 3: 231_816, 4: 131_115, 5: 297_993}, default="5", age=0.50),
    scale("SHOPPER_TYP", {2: 270, 0: 167, 1: 325, 3: 239}, default="1", green=0.45, combat=0.30, age=0.25),
    scale("VERS_TYP", {1: 381_303, 2: 398_722}, default="2", combat=0.35, age=-0.35),
    scale("ZABEOTYP", {4: 260, 5: 102, 6: 89, 2: 41, 3: 353, 1: 154}, default="3", age=0.50, green=0.45),
    scale_of_moments("ONLINE_AFFINITAET", range(6), 2.69869, 1.5215, default=3, age=-0.35, means=0.25, green=0.35),
    scale("KK_KUNDENTYP", {1: 42_230, 2: 62_564, 3: 65_151, 4: 44_512, 5: 48_038, 6: 44_114}, age=-0.15, means=-0.20),
)  # fmt: skip

_HOUSEHOLD = (
    scale("SOHO_KZ", {0: 810_834, 1: 6_888}, default="0", means=0.20),
    scale("ANZ_PERSONEN", {0: 34_103, 1: 423_383, 2: 195_470, 3: 94_905, 4: 47_126, 5: 15_503, 6: 4_842, 7: 1_525,
                           8: 523, 9: 180, 10: 67, 11: 38, 12: 16}, default="1", household=0.80),
    scale("ANZ_TITEL", {0: 814_542, 1: 2_970, 2: 202, 3: 5, 4: 2}, default="0", means=0.30),
    scale_of_all("HH_EINKOMMEN_SCORE", {1: 53_232, 2: 140_817, 3: 84_805, 4: 139_762, 5: 201_482, 6: 252_775},
                 default="2", means=-0.70, household=-0.30, urban=0.30),
    scale("W_KEIT_KIND_HH", {1: 83_706, 2: 84_000, 3: 99_602, 4: 128_675, 5: 64_716, 6: 281_966},
          household=-0.65, age=0.25),
    scale("WOHNDAUER_2008", {1: 1, 2: 11, 3: 46, 4: 56, 5: 37, 6: 37, 7: 40, 8: 98, 9: 674},
          default="9", age=0.30, urban=-0.25),
)  # fmt: skip

_STATUS = scale(
    "LP_STATUS_FEIN",
    {2: 140, 1: 260, 3: 87, 4: 93, 5: 35, 6: 36, 7: 12, 8: 24, 9: 172, 10: 141},
    default="5", latent="lp_status", means=0.85,
)  # fmt: skip

# Household, then income, then age; shares of the 40 codes in ten-thousandths.
_LIFE_STAGE = Nested(
    "LP_LEBENSPHASE_FEIN",
    ("lp_household", "lp_status", "lp_age"),
    {
        "single": {"low": {"1": 783, "2": 495, "5": 699, "6": 578}, "average": {"3": 250, "4": 220, "7": 333, "8": 385},
                   "high": {"9": 162, "11": 338, "12": 297}, "top": {"10": 326, "13": 331}},
        "couple": {"low": {"14": 220, "15": 253}, "average": {"16": 182}, "high": {"17": 73, "19": 248},
                   "top": {"18": 91, "20": 217}},
        "single parent": {"low": {"21": 162}, "average": {"22": 92}, "high": {"23": 116}},
        "family": {"low": {"24": 153}, "average": {"25": 132}, "high": {"26": 45, "27": 185}, "top": {"28": 155}},
        "several adults": {"low": {"29": 335, "31": 298}, "average": {"30": 284, "32": 211},
                           "high": {"33": 77, "34": 167, "36": 129, "37": 234, "38": 175},
                           "top": {"35": 175, "39": 203, "40": 189}},
    },
    default="13",
)  # fmt: skip
_FAMILY = Nested(
    "LP_FAMILIE_FEIN",
    ("lp_household", "lp_child"),
    {
        "single": {"1": 519},
        "couple": {"2": 131},
        "single parent": {"3": 6, "4": 15, "5": 15},
        "family": {"6": 11, "7": 26, "8": 28},
        "several adults": {"9": 14, "10": 169, "11": 64},
    },
    default="1",
)
# Decade of youth by age, then mainstream or avantgarde; East and West are told apart afterwards.
_YOUTH = Nested(
    "youth",
    ("youth_decade", "youth_movement"),
    {
        "40s": {"1": 21_282, "2": 7_479},
        "50s": {"3": 55_195, "4": 20_451},
        "60s": {"5": 86_416, "6": 29_662},
        "70s": {"8": 145_988, "9": 33_570},
        "80s": {"10": 110_254, "11": 41_516},
        "90s": {"14": 188_697, "15": 42_547},
    },
    default="8",
)

PERSON_COLUMNS = ColumnSet(
    scales=(*_FINANCE, *_PERSONALITY, *_AGE, *_CONSUMER, *_HOUSEHOLD, _STATUS),
    nested=(_LIFE_STAGE, _FAMILY, _YOUTH),
    latents={
        "lp_household": {"household": 0.90},
        "lp_age": {"age": 0.75},
        "lp_child": {"age": 0.40},
        "youth_decade": {"age": -0.90},
        "youth_movement": {"green": 0.93},
    },
)
