"""The demo pair: deterministic, in the shape of the published files, and true to its planted types."""

from __future__ import annotations

import csv
import subprocess
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reportgen.demo import LOW_INFORMATION, TRUE_INDEX, TYPES, DemoFiles, draw, type_shares, write_demo
from reportgen.demo.derived import AVANTGARDE, CAMEO_INTERNATIONAL, FAMILY_GROUPS, STAGE_GROUPS, STATUS_GROUPS
from reportgen.demo.gaps import BUILDING, CAMEO, COMMUNITY, DISTRICT, FAMILY, PERSON, POSTCODE, STANDING, UNSCORED
from reportgen.demo.model import shares_of_moments
from reportgen.demo.people import DRAW_ROWS, People
from reportgen.demo.scores import demo_model
from reportgen.dictionary import as_number, normalise_code, read_dictionary
from reportgen.errors import ConfigError, InputError

AZDIAS = read_dictionary("azdias")
ROWS = 60_000
# Columns that the published work drops for their many gaps; the others count for the gaps of a row.
DROPPED = {"TITEL_KZ", "AGER_TYP", "KK_KUNDENTYP", "KBA05_BAUMAX", "GEBURTSJAHR", "ALTER_HH"}
NEARBY = ("KBA05_ANTG1", "KBA05_ANTG2", "KBA05_ANTG3", "KBA05_ANTG4", "KBA05_GBZ", "MOBI_REGIO")

# Published shares of blank cells and of coded gaps in the population.
MISSING = {
    "AGER_TYP": (0.0, 0.7696), "ALTERSKATEGORIE_GROB": (0.0, 0.0032), "CJT_GESAMTTYP": (0.0054, 0.0),
    "GEBURTSJAHR": (0.0, 0.4402), "HEALTH_TYP": (0.0, 0.1248), "LP_LEBENSPHASE_FEIN": (0.0054, 0.1041),
    "LP_FAMILIE_FEIN": (0.0054, 0.0818), "NATIONALITAET_KZ": (0.0, 0.1215), "PRAEGENDE_JUGENDJAHRE": (0.0, 0.1214),
    "SOHO_KZ": (0.0825, 0.0), "TITEL_KZ": (0.0825, 0.9151), "ALTER_HH": (0.0825, 0.2657),
    "HH_EINKOMMEN_SCORE": (0.0206, 0.0), "KK_KUNDENTYP": (0.6560, 0.0), "W_KEIT_KIND_HH": (0.1207, 0.0453),
    "ANZ_HAUSHALTE_AKTIV": (0.1045, 0.0073), "ANZ_HH_TITEL": (0.1088, 0.0), "WOHNLAGE": (0.1045, 0.0),
    "KONSUMNAEHE": (0.0830, 0.0), "CAMEO_DEU_2015": (0.1111, 0.0004), "KBA05_ANTG1": (0.1496, 0.0),
    "KBA05_BAUMAX": (0.1496, 0.3851), "EWDICHTE": (0.1052, 0.0), "KKK": (0.1360, 0.0414),
    "KBA13_ANZAHL_PKW": (0.1187, 0.0), "PLZ8_ANTG1": (0.1307, 0.0), "ARBEIT": (0.1091, 0.0002),
    "SEMIO_REL": (0.0, 0.0), "ANREDE_KZ": (0.0, 0.0),
}  # fmt: skip

# Published means and standard deviations of the undecoded columns in the population.
MOMENTS = {
    "ALTERSKATEGORIE_GROB": (2.777, 1.069), "ANREDE_KZ": (1.522, 0.4995), "FINANZ_MINIMALIST": (3.075, 1.321),
    "FINANZ_SPARER": (2.821, 1.465), "FINANZTYP": (3.791, 1.988), "GREEN_AVANTGARDE": (0.197, 0.397),
    "SEMIO_SOZ": (3.946, 1.947), "SEMIO_VERT": (4.024, 2.078), "SEMIO_KAEM": (4.445, 1.852),
    "HH_EINKOMMEN_SCORE": (4.207, 1.624), "ANZ_PERSONEN": (1.728, 1.156), "WOHNDAUER_2008": (7.909, 1.923),
    "LP_STATUS_FEIN": (4.791, 3.425), "LP_FAMILIE_GROB": (2.186, 1.757), "PRAEGENDE_JUGENDJAHRE": (8.154, 4.845),
    "WOHNLAGE": (4.053, 1.950), "KBA05_ANTG1": (1.494, 1.404), "MOBI_REGIO": (2.964, 1.429),
    "EWDICHTE": (3.939, 1.719), "KBA13_ANZAHL_PKW": (619.7, 340.0), "PLZ8_ANTG3": (1.595, 0.987),
    "ORTSGR_KLS9": (5.293, 2.304), "MIN_GEBAEUDEJAHR": (1993.27, 3.333), "ALTER_HH": (10.86, 7.640),
}  # fmt: skip


@pytest.fixture(scope="module")
def population() -> People:
    return draw(ROWS, seed=7)


@pytest.fixture(scope="module")
def customers() -> People:
    return draw(ROWS, seed=7, side="customers")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> DemoFiles:
    return write_demo(tmp_path_factory.mktemp("demo") / "new", rows=3_000, seed=5)


def _numbers(people: People, name: str) -> NDArray[np.float64]:
    """Return a column as numbers, blanks and text as NaN; missing codes are left as they are."""
    values = [as_number(level) for level in people.levels[name]]
    return np.array([np.nan if value is None else value for value in values])[people.codes[name]]


def _missing(people: People, name: str) -> NDArray[np.bool_]:
    codes = AZDIAS.by_name[name].missing
    return np.array([level == "" or level in codes for level in people.levels[name]])[people.codes[name]]


def _row_gaps(people: People) -> NDArray[np.int64]:
    kept = [name for name in AZDIAS.by_name if name not in DROPPED]
    total = np.zeros(len(people.types), dtype=np.int64)
    for name in kept:
        total += _missing(people, name)
    return total


def test_the_same_rows_and_seed_give_the_same_bytes(written: DemoFiles, tmp_path: Path) -> None:
    again = write_demo(tmp_path, rows=3_000, seed=5)
    other = write_demo(tmp_path / "other", rows=3_000, seed=6)
    files = sorted(path.relative_to(written.directory) for path in written.directory.rglob("*") if path.is_file())
    assert len(files) == 12
    for name in files:
        assert (written.directory / name).read_bytes() == (again.directory / name).read_bytes()
    assert written.population.read_bytes() != other.population.read_bytes()


def test_draw_gives_the_people_that_are_written(written: DemoFiles) -> None:
    people = draw(3_000, seed=5)
    with written.population.open(encoding="utf-8", newline="") as file:
        table = np.array(list(csv.reader(file, delimiter=";")))
    assert tuple(table[0]) == ("LNR", *AZDIAS.by_name)
    assert table.shape == (3_001, 86)
    for position, name in enumerate(AZDIAS.by_name, 1):
        assert [normalise_code(cell) for cell in table[1:, position]] == list(people.text(name))
    assert "9.0" in set(table[1:, 1 + list(AZDIAS.by_name).index("WOHNDAUER_2008")])


def test_ids_are_mixed_unique_and_apart(written: DemoFiles) -> None:
    ids = {}
    for side, path in (("population", written.population), ("customers", written.customers)):
        ids[side] = [int(line.split(";")[0]) for line in path.read_text().splitlines()[1:]]
        assert len(set(ids[side])) == len(ids[side])
        assert ids[side] != sorted(ids[side])
    assert len(ids["population"]) == written.population_rows == 3_000
    assert len(ids["customers"]) == written.customer_rows == round(3_000 * 191_652 / 891_221)
    assert not set(ids["population"]) & set(ids["customers"])


def test_the_folder_holds_a_job_that_can_be_built(written: DemoFiles) -> None:
    config = tomllib.loads(written.config.read_text(encoding="utf-8"))
    assert config["inputs"] == {
        "population": "population.csv",
        "customers": "customers.csv",
        "dictionary": "dictionary/features.csv",
        "id": "LNR",
    }
    assert config["report"]["title"] == "Spring catalogue: customer segmentation"
    assert config["output"] == {"dir": "output"}
    for language in ("en", "de"):
        assert read_dictionary(written.dictionary, language) == read_dictionary("azdias", language)


def test_the_truth_lies_apart_and_fits_the_rows(written: DemoFiles) -> None:
    with np.load(written.truth / "types.npz", allow_pickle=False) as truth:
        assert np.array_equal(truth["population"], draw(3_000, seed=5).types)
        assert len(truth["customers"]) == written.customer_rows
    lines = (written.truth / "types.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(TYPES) + 2
    assert "never an input" in (written.truth / "README.md").read_text(encoding="utf-8")


def test_a_longer_draw_begins_with_the_shorter_one() -> None:
    short, long = draw(500, seed=3), draw(DRAW_ROWS + 500, seed=3)
    assert len(long.types) == DRAW_ROWS + 500
    assert not np.array_equal(long.types[:500], long.types[DRAW_ROWS:])
    assert set(long.codes) == set(short.codes) == set(AZDIAS.by_name)


def test_every_code_is_in_the_dictionary(population: People, customers: People) -> None:
    for people in (population, customers):
        for feature in AZDIAS.features:
            seen = {people.levels[feature.name][code] for code in np.unique(people.codes[feature.name])}
            known = set(feature.values) | feature.missing | {""}
            strange = {code for code in seen - known if not (feature.is_number and as_number(code) is not None)}
            assert strange == set(), feature.name


@pytest.mark.parametrize("name", sorted(MISSING))
def test_missing_shares_are_near_the_published_ones(population: People, name: str) -> None:
    text = population.text(name)
    blank = float(np.mean(text == ""))
    coded = float(np.mean(_missing(population, name))) - blank
    assert (blank, coded) == pytest.approx(MISSING[name], abs=0.006)


@pytest.mark.parametrize("name", sorted(MOMENTS))
def test_means_and_spreads_are_near_the_published_ones(population: People, name: str) -> None:
    values = _numbers(population, name)
    mean, sd = MOMENTS[name]
    assert float(np.nanmean(values)) == pytest.approx(mean, abs=0.05 * sd)
    assert float(np.nanstd(values)) == pytest.approx(sd, rel=0.05)


def test_blocks_go_missing_together(population: People, customers: People) -> None:
    household = ("SOHO_KZ", "ANZ_PERSONEN", "ANZ_TITEL", "WOHNDAUER_2008")
    building = tuple(name for name in BUILDING if name != "ANZ_HAUSHALTE_AKTIV")
    unemployment = tuple(name for name in COMMUNITY if name != "ORTSGR_KLS9")
    for people in (population, customers):
        for block in (
            household, building, CAMEO, NEARBY, POSTCODE, STANDING, DISTRICT, unemployment, UNSCORED, PERSON, FAMILY,
        ):  # fmt: skip
            masks = np.array([_missing(people, name) for name in block])
            assert masks[0].any()
            assert (masks == masks[0]).all(), block


def test_blocks_nest_and_overlap_as_published(population: People) -> None:
    names = ("SOHO_KZ", "KONSUMNAEHE", "WOHNLAGE", "ARBEIT", "CAMEO_DEU_2015", "KBA13_ANZAHL_PKW", "PLZ8_ANTG1")
    masks = [_missing(population, name) for name in names]
    for inner, outer in pairwise(masks):
        assert not (inner & ~outer).sum() > 0.0004 * ROWS
    district, nearby = _missing(population, "PLZ8_ANTG1"), _missing(population, "KBA05_ANTG1")
    assert (district & nearby).sum() / district.sum() == pytest.approx(107_066 / 116_515, abs=0.01)


def test_gaps_per_row_have_two_humps_with_an_empty_valley(population: People, customers: People) -> None:
    for people in (population, customers):
        gaps = _row_gaps(people)
        assert not ((gaps > 20) & (gaps < 33)).any()
        assert gaps.max() <= 49
        assert np.array_equal(gaps > 20, people.types == 0)
        assert set(np.argsort(np.bincount(gaps[gaps > 20]))[-2:]) == {43, 47}
    assert np.mean(_row_gaps(population)) == pytest.approx(5.65, abs=0.3)
    assert np.mean(_row_gaps(population) == 0) == pytest.approx(0.699, abs=0.03)


def test_low_information_shares(population: People, customers: People) -> None:
    assert np.mean(population.types == 0) == pytest.approx(LOW_INFORMATION["population"], abs=0.006)
    assert np.mean(customers.types == 0) == pytest.approx(LOW_INFORMATION["customers"], abs=0.009)


def test_low_information_records_sit_on_default_codes(population: People) -> None:
    low = population.types == 0
    for name, code in (
        ("FINANZ_MINIMALIST", "3"),
        ("SEMIO_TRADV", "3"),
        ("ZABEOTYP", "3"),
        ("HH_EINKOMMEN_SCORE", "2"),
    ):
        assert np.mean(population.text(name)[low] == code) > 0.9
        assert np.mean(population.text(name)[~low] == code) < 0.5
    assert not (population.text("GREEN_AVANTGARDE")[low] == "1").any()


def test_rough_codes_follow_from_fine_ones(population: People) -> None:
    for fine, rough, groups in (
        ("LP_FAMILIE_FEIN", "LP_FAMILIE_GROB", FAMILY_GROUPS),
        ("LP_STATUS_FEIN", "LP_STATUS_GROB", STATUS_GROUPS),
        ("LP_LEBENSPHASE_FEIN", "LP_LEBENSPHASE_GROB", STAGE_GROUPS),
        ("CAMEO_DEU_2015", "CAMEO_DEUG_2015", {code: code[0] for code in CAMEO_INTERNATIONAL}),
        ("CAMEO_DEU_2015", "CAMEO_INTL_2015", CAMEO_INTERNATIONAL),
    ):
        fine_text, rough_text = population.text(fine), population.text(rough)
        known = ~_missing(population, fine)
        assert {groups[code] for code in fine_text[known]} == set(rough_text[known])
        assert all(groups[a] == b for a, b in set(zip(fine_text[known], rough_text[known], strict=True)))
        assert not (known & _missing(population, rough)).any()


def test_the_green_generation_is_the_avantgarde_half_of_the_youth(population: People, customers: People) -> None:
    for people in (population, customers):
        avantgarde = np.isin(people.text("PRAEGENDE_JUGENDJAHRE"), sorted(AVANTGARDE))
        assert np.array_equal(avantgarde, people.text("GREEN_AVANTGARDE") == "1")
        eastern = np.isin(people.text("PRAEGENDE_JUGENDJAHRE"), ["7", "12", "13"])
        assert set(people.text("OST_WEST_KZ")[eastern & (people.types > 0)]) == {"O"}


def test_a_finance_type_is_the_stronger_score(population: People) -> None:
    placed = population.types > 0
    saver = placed & (population.text("FINANZTYP") == "2")
    others = placed & ~saver
    scores = _numbers(population, "FINANZ_SPARER")
    assert scores[saver].mean() < scores[others].mean() - 0.5
    share = np.mean(population.text("FINANZTYP")[placed] == "6")
    assert share == pytest.approx(0.361, abs=0.02)


def test_one_person_has_a_building_type_that_no_customer_has(population: People, customers: People) -> None:
    assert np.sum(population.text("GEBAEUDETYP") == "5") == 1
    assert not (customers.text("GEBAEUDETYP") == "5").any()


def test_types_have_their_shares_on_both_sides(population: People, customers: People) -> None:
    sides = {"population": population, "customers": customers}
    observed = {}
    for side, people in sides.items():
        placed = people.types[people.types > 0]
        observed[side] = np.bincount(placed, minlength=len(TYPES) + 1)[1:] / len(placed)
    assert observed["population"] == pytest.approx(type_shares("population"), abs=0.007)
    assert observed["customers"] == pytest.approx(type_shares("customers"), abs=0.01)
    for number, index in TRUE_INDEX.items():
        ratio = 100 * observed["customers"][number - 1] / observed["population"][number - 1]
        assert ratio == pytest.approx(index, rel=0.05, abs=3)


def test_the_tilt_is_like_the_published_one() -> None:
    for side in ("population", "customers"):
        assert sum(type_shares(side)) == pytest.approx(1)
    by_index = sorted(TYPES, key=lambda planted: -planted.index)
    assert 0.08 <= by_index[0].population_share <= 0.14
    assert 0.34 <= by_index[0].customer_share <= 0.45
    assert 280 <= by_index[0].index <= 450
    assert [130 <= planted.index <= 260 for planted in by_index[1:]] == [True] * 2 + [False] * 6
    rare = by_index[-3:]
    assert 0.30 <= sum(planted.population_share for planted in rare) <= 0.40
    assert 0.03 <= sum(planted.customer_share for planted in rare) <= 0.06


def test_customers_differ_as_published(population: People, customers: People) -> None:
    for name, published in (
        ("ALTERSKATEGORIE_GROB", (2.80, 3.49)),
        ("ANREDE_KZ", (1.521, 1.330)),
        ("FINANZ_MINIMALIST", (3.05, 4.27)),
        ("FINANZ_SPARER", (2.71, 1.42)),
        ("GREEN_AVANTGARDE", (0.22, 0.50)),
        ("PLZ8_ANTG4", (0.69, 0.54)),
        ("ARBEIT", (3.18, 2.83)),
    ):
        ours = [
            float(np.nanmean(_numbers(people, name)[(people.types > 0) & ~_missing(people, name)]))
            for people in (population, customers)
        ]
        assert ours[0] == pytest.approx(published[0], abs=0.1)
        assert 0.4 < (ours[1] - ours[0]) / (published[1] - published[0]) < 1.3


def test_a_type_looks_the_same_on_both_sides(population: People, customers: People) -> None:
    """Given the type, level shares differ by chance alone: no difference beyond 5 standard errors."""
    for kind in (0, 1, 4):
        ours, theirs = population.types == kind, customers.types == kind
        n, m = ours.sum(), theirs.sum()
        for name in AZDIAS.by_name:
            if name == "GEBAEUDETYP":  # has the one code that is planted on one side
                continue
            size = len(population.levels[name])
            p = np.bincount(population.codes[name][ours], minlength=size) / n
            q = np.bincount(customers.codes[name][theirs], minlength=size) / m
            pooled = (p * n + q * m) / (n + m)
            error = np.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
            large = pooled * min(n, m) >= 20
            assert (np.abs(p - q)[large] <= 5 * error[large]).all(), (kind, name)


def test_types_can_be_given() -> None:
    people = draw(200, seed=2, types=np.full(200, 7))
    assert set(people.types) == {7}
    assert (people.text("PLZ8_ANTG1") != "").mean() > 0.9


def test_cut_points_give_the_described_shares_exactly() -> None:
    model = demo_model()
    weights = np.array(type_shares("population"))
    for cut in model.scales:
        below = weights @ model.scores[cut.score].below(cut.cuts.astype(np.float64))
        wanted = np.cumsum(list(cut.column.shares.values()))[:-1]
        assert below == pytest.approx(wanted, abs=2e-6)


def test_shares_of_moments_have_these_moments() -> None:
    codes = range(1, 8)
    shares = np.array(shares_of_moments(codes, 4.4, 1.9))
    assert shares.sum() == pytest.approx(1)
    assert shares @ np.array(codes) == pytest.approx(4.4)
    assert np.sqrt(shares @ (np.array(codes) - 4.4) ** 2) == pytest.approx(1.9)
    with pytest.raises(ValueError, match="no shares"):
        shares_of_moments((1, 2), 1.5, 3.0)


def test_impossible_requests_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="999 rows"):
        write_demo(tmp_path, rows=999)
    with pytest.raises(ConfigError, match="seed"):
        write_demo(tmp_path, rows=1_000, seed=-1)
    blocker = tmp_path / "file"
    blocker.write_text("x")
    with pytest.raises(InputError, match="cannot write the demo"):
        write_demo(blocker / "demo", rows=1_000)
    assert blocker.read_text() == "x"


def test_progress_is_told(tmp_path: Path) -> None:
    lines: list[str] = []
    write_demo(tmp_path, rows=1_000, progress=lines.append)
    assert lines[0] == "population: 1,000 of 1,000 rows"
    assert lines[-1].startswith("demo written to ")
    assert not list(tmp_path.rglob("*.part"))


def test_importing_the_demo_is_light() -> None:
    code = "import sys, reportgen.demo; print(sorted({'numpy', 'scipy', 'pandas', 'pyarrow'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
