"""Made-up but plausible and internally consistent published analyses, for tests of charts, words and pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.result import (
    SCHEMA_VERSION,
    Analysis,
    Choice,
    Components,
    Count,
    Decision,
    FeatureComparison,
    FeatureLevel,
    Interval,
    KRow,
    Loading,
    Marker,
    MissingBin,
    MissingBlock,
    Provenance,
    Quality,
    QualityColumn,
    QualityFinding,
    Reading,
    Recommendation,
    Reproduced,
    RowQuality,
    Rows,
    Segment,
    SourceFile,
    Twin,
    Undeclared,
)

POPULATION_ROWS = 891_221
CUSTOMER_ROWS = 191_652
LOW_POPULATION_SHARE = 0.1097
LOW_CUSTOMER_SHARE = 0.2431

_NAMES = (
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
class _Kind:
    """A template for a feature: its code, words and the effect that the low end has on the pull of customers."""

    name: str
    label: str
    type: str
    level: str
    family: str
    basis: str
    phrase: str
    labels: tuple[str, ...]


_LOW_HIGH = ("very low", "low", "average", "high", "very high")
_KINDS = (
    _Kind("FINANZ_SPARER", "Money saver", "ordinal", "person", "money", "scored", "strong savers", _LOW_HIGH),
    _Kind(
        "ALTERSKATEGORIE_GROB", "Age", "ordinal", "person", "age", "scored", "mostly older",
        ("under 30", "30 to 45", "46 to 60", "over 60"),
    ),
    _Kind(
        "FINANZTYP", "Best describing financial type", "categorical", "person", "money", "scored", "mostly investors",
        ("low financial interest", "money saver", "main focus is the own house", "be prepared", "investor",
         "unremarkable"),
    ),
    _Kind(
        "HH_EINKOMMEN_SCORE", "Household income", "ordinal", "household", "money", "scored", "mostly high incomes",
        ("very low", "low", "lower middle", "upper middle", "high", "very high"),
    ),
    _Kind("ANREDE_KZ", "Sex", "binary", "person", "sex", "observed", "mostly men", ("male", "female")),
    _Kind("SEMIO_PFLICHT", "Dutiful", "ordinal", "person", "attitude", "scored", "scored as dutiful", _LOW_HIGH),
    _Kind(
        "KBA05_ANTG4", "Share of buildings with more than ten homes nearby", "ordinal", "microcell_rr3", "housing",
        "area", "lives in areas with many large blocks", ("none", "few", "many"),
    ),
    _Kind(
        "GFK_URLAUBERTYP", "Vacation habits", "categorical", "person", "leisure", "scored", "mostly nature fans",
        ("event travellers", "family-minded", "winter sports", "culture lovers", "nature fans", "hikers",
         "golden agers", "home lovers", "package tour", "connoisseurs", "active families", "without vacation"),
    ),
    _Kind("MOBI_REGIO", "Moving pattern in the area", "ordinal", "microcell_rr3", "housing", "area",
          "lives in areas where people seldom move", _LOW_HIGH),
    _Kind("ONLINE_AFFINITAET", "Online affinity", "ordinal", "region_rr1", "leisure", "area",
          "lives in areas with high online affinity", _LOW_HIGH),
    _Kind("PLZ8_ANTG1", "Share of small houses in the postcode area", "ordinal", "macrocell_plz8", "housing", "area",
          "lives in areas with many small houses", ("none", "few", "some", "many")),
    _Kind("KBA13_ANZAHL_PKW", "Cars in the postcode area", "numeric", "macrocell_plz8", "mobility", "area",
          "lives in areas with many cars", ("0-300", "301-500", "501-700", "701-1,000", "over 1,000")),
    _Kind("SEMIO_ERL", "Event-oriented", "ordinal", "person", "attitude", "scored", "scored as event-oriented",
          _LOW_HIGH),
    _Kind("GEBAEUDETYP", "Type of building", "categorical", "building", "housing", "observed", "mostly own houses",
          ("residential building", "mixed building", "company building", "mostly used by companies")),
    _Kind("SOHO_KZ", "Small office or home office", "binary", "household", "work", "observed",
          "mostly with a home office", ("no", "yes")),
)  # fmt: skip
_LONG = (
    " (as reported by the data supplier, estimated for the household from neighbouring addresses and updated yearly)"
)


def _allocate(total: int, shares: NDArray[np.float64]) -> list[int]:
    """Whole numbers in proportion to ``shares`` that add up to ``total`` (largest remainder)."""
    exact = shares / shares.sum() * total
    counts = np.floor(exact).astype(int)
    counts[np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _index(part_c: int, all_c: int, part_n: int, all_n: int) -> tuple[float, Interval]:
    """Index with its sampling interval for separate files: log index plus or minus 1.96 standard errors."""
    index = 100 * (part_c / all_c) / (part_n / all_n)
    se = max(1 / part_c - 1 / all_c + 1 / part_n - 1 / all_n, 0.0) ** 0.5
    return index, (index * float(np.exp(-1.96 * se)), index * float(np.exp(1.96 * se)))


def _sizes(segments: int, rng: np.random.Generator) -> tuple[list[int], list[int]]:
    """People per segment on both sides, segment 0 first; pulls run from about 2.6 down to 0.3."""
    share = rng.dirichlet(np.full(segments, 6.0)) * (1 - LOW_POPULATION_SHARE)
    pull = np.exp(np.linspace(0.95, -1.2, segments)) if segments > 1 else np.ones(1)
    tilted = share * pull
    tilted *= (1 - LOW_CUSTOMER_SHARE) / tilted.sum()
    population = _allocate(POPULATION_ROWS, np.concatenate([[LOW_POPULATION_SHARE], share]))
    return population, _allocate(CUSTOMER_ROWS, np.concatenate([[LOW_CUSTOMER_SHARE], tilted]))


def _level_counts(
    kind: _Kind, sizes: list[int], known: float, rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Population counts (segment x level) and the level shares they come from."""
    n_levels = len(kind.labels)
    base = rng.dirichlet(np.full(n_levels, 8.0))
    # segments come in falling order of pull, so a common tilt over them gives customers a profile of their own
    slope = rng.normal(0.0, 0.7, size=len(sizes)) + rng.normal(0.0, 1.1) * np.linspace(1, -1, len(sizes))
    slope[0] = 0.0
    position = (
        np.linspace(-1, 1, n_levels)
        if kind.type in ("ordinal", "numeric")
        else rng.permutation(np.linspace(-1, 1, n_levels))
    )
    shares = base * np.exp(slope[:, None] * position)
    shares /= shares.sum(axis=1, keepdims=True)
    counts = np.array([_allocate(int(n * known), row) for n, row in zip(sizes, shares, strict=True)])
    return counts, shares


def _cohens_h(here: float, everybody: float) -> float:
    return float(2 * np.arcsin(here**0.5) - 2 * np.arcsin(everybody**0.5))


def _standardised(here: NDArray[np.float64], everybody: NDArray[np.float64]) -> tuple[float, float, float]:
    """Difference of mean codes in population standard deviations, and both means."""
    codes = np.arange(1, len(everybody) + 1)
    mean, mean_here = float(codes @ everybody), float(codes @ here)
    sd = float(((codes - mean) ** 2 @ everybody) ** 0.5)
    return (mean_here - mean) / sd, mean_here, mean


def _strongest(
    kind: _Kind, here: NDArray[np.float64], everybody: NDArray[np.float64]
) -> tuple[str, float, float, float, int]:
    """Measure, effect, value here, value of everybody, level (-1 for a mean)."""
    if kind.type in ("ordinal", "numeric"):
        effect, value, mean = _standardised(here, everybody)
        return "d", effect, value, mean, -1
    effects = [_cohens_h(float(a), float(b)) for a, b in zip(here, everybody, strict=True)]
    # of two levels that mirror each other always the first
    level = 0 if len(effects) == 2 else int(np.argmax(np.abs(effects)))
    return "h", effects[level], float(here[level]), float(everybody[level]), level


def _feature(
    kind: _Kind, name: str, label: str, population: NDArray[np.int64], customers: list[int], describe: bool, long: bool
) -> FeatureComparison:
    n, c = population.sum(axis=0), np.array(customers)
    everybody, theirs = n / n.sum(), c / c.sum()
    measure, effect, mean_c, mean_p, _ = _strongest(kind, theirs, everybody)
    levels = []
    for i, text in enumerate(kind.labels):
        index, interval = _index(int(c[i]), int(c.sum()), int(n[i]), int(n.sum()))
        levels.append(
            FeatureLevel(
                code=str(i + 1),
                label=text + _LONG if long else text,
                population_count=int(n[i]),
                population_share=float(everybody[i]),
                customer_count=int(c[i]),
                customer_share=float(theirs[i]),
                index=index,
                interval=interval,
                p_bh=1e-6,
                segment_shares=tuple(float(row[i] / row.sum()) if row.sum() else None for row in population),
            )
        )
    return FeatureComparison(
        name=name,
        label=label,
        type=kind.type,
        information_level=kind.level,
        family=kind.family,
        basis=kind.basis,
        role="describe" if describe else "build",
        sensitivity="ordinary",
        measure=measure,
        effect=effect,
        effect_placed=0.9 * effect,
        sentence=f"Customers are {'more' if effect > 0 else 'less'} often {kind.phrase} than the population.",
        population_mean=mean_p if measure == "d" else None,
        customer_mean=mean_c if measure == "d" else None,
        population_known=int(n.sum()),
        customer_known=int(c.sum()),
        levels=tuple(levels),
        reasons={}
        if measure == "d"
        else dict.fromkeys(("population_mean", "customer_mean"), "the levels of this feature have no order"),
    )


def _features(
    count: int, sizes: list[int], customer_sizes: list[int], long: bool, rng: np.random.Generator
) -> tuple[tuple[FeatureComparison, ...], list[tuple[_Kind, NDArray[np.float64]]]]:
    """Comparisons sorted by effect, and per feature its kind with the level shares of each segment, same order."""
    made = []
    for i in range(count):
        kind = _KINDS[i % len(_KINDS)]
        turn = i // len(_KINDS)
        name = kind.name if not turn else f"{kind.name}_{turn + 1}"
        label = kind.label if not turn else f"{kind.label}, source {turn + 1}"
        known = 0.66 if i % 8 == 6 else float(rng.uniform(0.84, 1.0))
        population, shares = _level_counts(kind, sizes, known, rng)
        mix = (np.array(customer_sizes)[:, None] * shares).sum(axis=0)
        customers = _allocate(int(CUSTOMER_ROWS * known), mix)
        # a describe-only feature every eighth column: over the missing limit, so not in the distance
        feature = _feature(kind, name, label + _LONG if long else label, population, customers, i % 8 == 6, long)
        made.append((feature, kind, population / population.sum(axis=1, keepdims=True)))
    made.sort(key=lambda item: -abs(item[0].effect or 0.0))
    return tuple(item[0] for item in made), [(item[1], item[2]) for item in made]


def _markers(
    row: int, features: tuple[FeatureComparison, ...], tables: list[tuple[_Kind, NDArray[np.float64]]]
) -> tuple[Marker, ...]:
    found: list[Marker] = []
    for feature, (kind, shares) in zip(features, tables, strict=True):
        everybody = np.array([level.population_share for level in feature.levels])
        measure, effect, here, mean, level = _strongest(kind, shares[row], everybody)
        if abs(effect) < 0.2:
            continue
        named = feature.levels[level] if level >= 0 else None
        via = None if feature.role == "build" or len(found) % 3 else features[0].name
        built = feature.role == "build" and len(found) % 4 != 3
        found.append(
            Marker(
                feature=feature.name,
                label=feature.label,
                level=named.code if named else None,
                level_label=named.label if named else None,
                phrase=kind.phrase if effect > 0 else f"seldom {kind.phrase}",
                measure=measure,
                effect=effect,
                grade="clearly" if abs(effect) >= 0.5 else "somewhat",
                here=here,
                everybody=mean,
                p_bh=1e-6,
                by_construction=built or via is not None,
                via=via,
                basis=feature.basis,
                reasons={} if named else dict.fromkeys(("level", "level_label"), "a mean, not one level"),
            )
        )
    return tuple(sorted(found, key=lambda marker: (marker.by_construction, -abs(marker.effect))))


def _verdict(index: float, total: Interval, jaccard: float) -> str:
    if jaccard < 0.6:
        return "inconclusive"
    if total[0] >= 90 and total[1] <= 110:
        return "at par"
    if total[0] <= 100 <= total[1]:
        return "inconclusive"
    return "over" if index >= 110 else "under" if index <= 90 else "inconclusive"


def _badge(jaccard: float) -> str:
    grades = ((0.85, "highly stable"), (0.75, "stable"), (0.6, "pattern only"))
    return next((badge for least, badge in grades if jaccard >= least), "do not trust")


_NO_TOTAL = dict.fromkeys(
    ("interval_total", "p_holm", "verdict"), "the spread over repeated clusterings is not computed yet"
)
_APART = dict.fromkeys(
    ("index_placed", "interval_total", "jaccard", "jaccard_min", "reproduced", "badge", "p_holm", "verdict"),
    "low-information records are shown apart",
)


def _segment(
    number: int, population: list[int], customers: list[int], markers: tuple[Marker, ...], totals: bool, long: bool
) -> Segment:
    """One segment; every fifth placed one from the third is not reproduced."""
    n, c, low = population[number], customers[number], number == 0
    index, interval = _index(c, CUSTOMER_ROWS, n, POPULATION_ROWS)
    placed: float | None = None
    total: Interval | None = None
    jaccard: float | None = None
    verdict: str | None = None
    if not low:
        placed, interval = _index(c, CUSTOMER_ROWS - customers[0], n, POPULATION_ROWS - population[0])
        jaccard = 0.52 if number % 5 == 3 else 0.68 if number % 5 == 4 else 0.93 - 0.005 * number
        if totals:
            total = (interval[0] * (0.8 if jaccard < 0.6 else 0.97), interval[1] * (1.3 if jaccard < 0.6 else 1.03))
            verdict = _verdict(placed, total, jaccard)
    name = "Low-information records" if low else _NAMES[(number - 1) % len(_NAMES)]
    if long and not low:
        name += " who live in the outskirts of larger towns and read regional newspapers"
    clear = [marker.phrase for marker in markers][:3]
    portrait = (
        f"{name}: {n:,} people, {100 * n / POPULATION_ROWS:.0f} % of the population.",
        f"They are {', '.join(clear)}." if clear else "No fact sets them apart clearly.",
        "Customers are found among them more often than elsewhere."
        if index > 110
        else "Customers are not found among them more often than elsewhere.",
    )
    return Segment(
        id=number,
        letter="0" if low else chr(ord("A") + number - 1),
        name=name,
        name_generated=name,
        population=Count(n, n / POPULATION_ROWS),
        customers=Count(c, c / CUSTOMER_ROWS),
        penetration=c / n,
        index=index,
        index_placed=placed,
        interval_sampling=interval,
        interval_total=total,
        expected_customers=CUSTOMER_ROWS * n / POPULATION_ROWS,
        jaccard=jaccard,
        jaccard_min=None if jaccard is None else max(jaccard - 0.09, 0.0),
        reproduced=None if jaccard is None else Reproduced(5 if jaccard < 0.6 else 12, 12),
        badge=None if jaccard is None else _badge(jaccard),
        p_holm=None if total is None else 0.001,
        verdict=verdict,
        share_imputed=0.61 if low else 0.012 + 0.003 * number,
        markers=() if low else markers,
        portrait=portrait,
        reasons=_APART if low else {} if totals else _NO_TOTAL,
    )


def _quality(
    features: tuple[FeatureComparison, ...], population: list[int], customers: list[int], rng: np.random.Generator
) -> Quality:
    columns = []
    for feature in features:
        missing = POPULATION_ROWS - feature.population_known
        blank = int(missing * 0.7)
        share = missing / POPULATION_ROWS
        describe = feature.role == "describe"
        columns.append(
            QualityColumn(
                name=feature.name,
                label=feature.label,
                type=feature.type,
                information_level=feature.information_level,
                role=feature.role,
                sensitivity=feature.sensitivity,
                missing_blank=blank,
                missing_coded=missing - blank,
                missing_share=share,
                customers_missing_share=1 - feature.customer_known / CUSTOMER_ROWS,
                levels=len(feature.levels),
                unknown_codes=3 if feature.name == "GEBAEUDETYP" else 0,
                use="describe" if describe else "distance",
                dropped=False,
                reason=f"{100 * share:.0f} % missing, over the limit of 30 %" if describe else "",
                inertia_kept=None if describe else float(rng.uniform(0.15, 0.95)),
                reasons={"inertia_kept": "not in the distance"} if describe else {},
            )
        )
    columns.append(
        QualityColumn(
            name="TITEL_KZ", label="Academic title", type="categorical", information_level="person", role="build",
            sensitivity="ordinary", missing_blank=73_499, missing_coded=815_562,
            missing_share=(73_499 + 815_562) / POPULATION_ROWS, customers_missing_share=0.988, levels=5,
            unknown_codes=0, use="dropped", dropped=True, reason="100 % missing but for 2,160 people",
            inertia_kept=None, reasons={"inertia_kept": "not in the distance"},
        )
    )  # fmt: skip
    names = [column.name for column in columns]
    groups = [columns[start : start + 4] for start in (0, 4, 8) if len(features) >= start + 2]
    blocks = [
        MissingBlock(
            tuple(column.name for column in group),
            int(0.8 * min(column.missing_blank + column.missing_coded for column in group)),
        )
        for group in groups
    ]
    blocks.sort(key=lambda block: -block.rows)
    return Quality(
        columns=tuple(columns),
        rows=_row_quality(len(features), population[0], customers[0], rng),
        blocks=tuple(blocks),
        twins=(Twin(names[0], names[1], "Cramér's V", 0.97, names[1]), Twin(names[2], names[3], "|r|", 0.955, "")),
        max_missing=0.30,
        limit_gap=(0.166, 0.34),
        decisions=(
            Decision("TITEL_KZ", "dropped", "more than 99 % of the population miss it"),
            Decision(names[1], "left out of the distance", f"tells nearly the same as {names[0]} (Cramér's V 0.97)"),
            Decision("rows", "set apart", f"{population[0]:,} rows miss so much that they form segment 0"),
        ),
        findings=(
            QualityFinding("GEBAEUDETYP", "3 rows hold a code that the dictionary does not list; shown as 'other'"),
            QualityFinding("", "the customer file has 1 column more than the population file"),
        ),
        undeclared=(Undeclared("CUSTOMER_GROUP", "customers", "text", 0.0, 2, False),),
    )


def _row_quality(columns: int, low: int, low_customers: int, rng: np.random.Generator) -> RowQuality:
    """A bimodal histogram: most rows miss little, segment 0 misses the blocks, nothing between."""
    threshold = columns // 2 + 1
    below, above = max(threshold - 3, 1), columns - threshold + 1
    falling = np.exp(-1.1 * np.arange(below))
    peak = np.exp(-((np.arange(above) - 0.6 * above) ** 2) / (0.05 * above**2 + 0.5)) + 0.002
    bins = dict.fromkeys(range(columns + 1), (0, 0))
    for i, (n, c) in enumerate(
        zip(_allocate(POPULATION_ROWS - low, falling), _allocate(CUSTOMER_ROWS - low_customers, falling), strict=True)
    ):
        bins[i] = (n, c)
    for i, (n, c) in enumerate(zip(_allocate(low, peak), _allocate(low_customers, peak), strict=True)):
        bins[threshold + i] = (n, c)
    return RowQuality(
        columns=columns,
        threshold=threshold,
        low_information=low,
        customers_low_information=low_customers,
        moved_by_5=int(rng.integers(900, 2_000)),
        reason=f"no row count from {below} to {threshold - 1} missing values holds 0.1 % of the rows",
        histogram=tuple(MissingBin(missing, *both) for missing, both in bins.items()),
    )


def _components(features: tuple[FeatureComparison, ...], rng: np.random.Generator) -> Components:
    encoded = max(len(features) * 2, 12)
    eigenvalues = np.sort(rng.gamma(0.6, 1.0, encoded))[::-1] + 0.02
    eigenvalues[:6] += np.array([9.0, 6.0, 3.5, 2.2, 1.6, 1.1])
    eigenvalues *= encoded / eigenvalues.sum()
    parallel = np.linspace(1.08, 0.92, encoded)
    cumulative = np.cumsum(eigenvalues) / encoded
    kept = max(int(np.searchsorted(cumulative, 0.8)) + 1, 10)
    readings = []
    order = rng.permutation(len(features))
    for number in range(1, 11):
        loadings = []
        for i in range(min(12, len(features))):
            feature = features[order[(i + 5 * number) % len(features)]]
            sign = -1 if (i * number) % 3 == 1 else 1
            kind = next(k for k in _KINDS if feature.name.startswith(k.name))
            size = max(0.86 - 0.05 * i - 0.02 * number, 0.05)
            loadings.append(Loading(feature.name, feature.label, kind.phrase, sign * size))
        high = tuple(loading for loading in loadings if loading.correlation > 0)[:3]
        low = tuple(loading for loading in loadings if loading.correlation < 0)[:3]
        ends = " and ".join(loading.phrase for loading in high[:2])
        readings.append(
            Reading(
                component=number,
                explained=float(eigenvalues[number - 1] / encoded),
                beats_parallel=bool(eigenvalues[number - 1] > parallel[number - 1]),
                sentence=f"Component {number} sets people who are {ends} against the others.",
                title=f"{high[0].phrase}" if high else f"component {number}",
                high=high,
                low=low,
                loadings=tuple(loadings),
            )
        )
    return Components(
        kept=kept,
        explained=float(cumulative[kept - 1]),
        encoded_columns=encoded,
        reason=f"{kept} components carry 80 % of the variance",
        eigenvalues=tuple(float(value) for value in eigenvalues),
        parallel=tuple(float(value) for value in parallel),
        hardly_used=(features[-1].name,),
        readings=tuple(readings),
    )


def _choice(k: int) -> Choice:
    scan = []
    for tried in range(2, 16):
        ari = 0.96 - 0.01 * tried if tried <= k else 0.78 - 0.02 * (tried - k)
        jaccard = 0.92 - 0.01 * tried if tried <= k else 0.70 - 0.03 * (tried - k)
        scan.append(
            KRow(
                k=tried,
                inertia=0.9 / tried**0.25,
                inertia_null=None,
                silhouette=0.31 - 0.01 * tried,
                ari=ari,
                ari_low=ari - 0.07,
                jaccard=jaccard,
                pairs=20 if abs(tried - k) <= 1 else 6,
                reasons={"inertia_null": "structureless data is not analysed yet"},
            )
        )
    return Choice(
        k=k,
        reason=f"{k} is the largest number of segments that refits agree on and in which every segment comes back",
        given=k == 1,
        runner_up=k - 1 if k > 2 else None,
        sample_rows=20_000,
        scan=tuple(scan),
        reasons={} if k > 2 else {"runner_up": "no other number of segments is reproduced"},
    )


def _recommendation(segments: tuple[Segment, ...], totals: bool) -> Recommendation:
    placed = [segment for segment in segments if segment.id]
    leading = [segment for segment in placed if segment.interval_sampling and segment.interval_sampling[0] > 110]
    leading.sort(key=lambda segment: -(segment.index_placed or 0))
    trusted = {"highly stable", "stable"}
    chosen = [s for s in leading if s.verdict == "over" and s.badge in trusted] if totals else []
    together = chosen or leading
    reasons: Mapping[str, str] = {} if totals else {"interval_total": _NO_TOTAL["interval_total"]}
    if not together:
        none = "no segment stands out"
        return Recommendation(
            (), (), None, None, None, 0.0, 0.0, "No segment stands out.", (),
            dict.fromkeys(("index", "interval_sampling", "interval_total"), none),
        )  # fmt: skip
    n, c = sum(s.population.count for s in together), sum(s.customers.count for s in together)
    index, interval = _index(
        c, CUSTOMER_ROWS - segments[0].customers.count, n, POPULATION_ROWS - segments[0].population.count
    )
    letters = ", ".join(segment.letter for segment in together)
    return Recommendation(
        write_to=tuple(segment.id for segment in chosen),
        leading=tuple(segment.id for segment in leading),
        index=index,
        interval_sampling=interval,
        interval_total=(interval[0] * 0.97, interval[1] * 1.03) if totals else None,
        population_share=n / POPULATION_ROWS,
        customer_share=c / CUSTOMER_ROWS,
        sentence=f"Write to segments {letters}." if chosen else f"Segments {letters} lead.",
        support=(
            f"They are {100 * n / POPULATION_ROWS:.0f} % of the population and "
            f"{100 * c / CUSTOMER_ROWS:.0f} % of your customers.",
            "One in four customers has too little data to place.",
        ),
        reasons=reasons,
    )


def _provenance(seed: int) -> Provenance:
    return Provenance(
        title="Spring catalogue",
        organisation="Example Mail Order",
        data_as_of="2026-11-01",
        run="20261101-0a1b2c3d",
        seed=seed,
        quick=False,
        standard_error="separate",
        id_column="LNR",
        dictionary="dictionary.csv",
        labelled=True,
        sources=(
            SourceFile("population", "population.csv", POPULATION_ROWS, 163_000_000, "a" * 64, "utf-8", ";"),
            SourceFile("customers", "customers.csv", CUSTOMER_ROWS, 36_000_000, "b" * 64, "utf-8", ";"),
        ),
        settings={"max_missing": "0.3", "k_min": "2", "k_max": "15"},
        versions={"reportgen": "0.1.0", "numpy": "2.4.6"},
    )


def example_analysis(
    segments: int = 5,
    features: int = 12,
    *,
    seed: int = 0,
    long_labels: bool = False,
    totals: bool = False,
) -> Analysis:
    """Make up a published analysis whose figures agree with each other.

    Parameters
    ----------
    segments
        Placed segments, 1 to 15; segment 0 comes on top.
    features
        Compared features, 5 or more.
    seed
        Seed of the made-up figures.
    long_labels
        Lengthen the labels of features, levels and segments far beyond what fits beside a chart.
    totals
        Fill ``interval_total``, ``verdict`` and ``p_holm``, which are ``None`` with a reason otherwise.
    """
    rng = np.random.default_rng(seed)
    population, customers = _sizes(segments, rng)
    compared, tables = _features(features, population, customers, long_labels, rng)
    made = tuple(
        _segment(i, population, customers, _markers(i, compared, tables), totals, long_labels)
        for i in range(segments + 1)
    )
    return Analysis(
        schema_version=SCHEMA_VERSION,
        provenance=_provenance(seed),
        population=Rows(POPULATION_ROWS),
        customers=Rows(CUSTOMER_ROWS),
        overlap=0,
        quality=_quality(compared, population, customers, rng),
        components=_components(compared, rng),
        choice=_choice(segments),
        structure="found",
        segments=made,
        features=compared,
        recommendation=_recommendation(made, totals),
    )
