"""Made-up but plausible and internally consistent published analyses, for tests of charts, words and pages."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.result import SCHEMA_VERSION, Analysis
from reportgen.analysis.result_parts import Count, Interval
from reportgen.analysis.result_quality import Rows
from reportgen.analysis.result_segments import (
    FeatureComparison,
    FeatureLevel,
    Marker,
    Recommendation,
    Reproduced,
    Segment,
)
from tests.factory_campaign import campaign_of
from tests.factory_chapters import choice_of, components_of, provenance_of, quality_of
from tests.factory_checks import families_of, placebo_of, proxies_of, robustness_of
from tests.factory_material import (
    CUSTOMER_ROWS,
    KINDS,
    LONG,
    LOW_CUSTOMER_SHARE,
    LOW_POPULATION_SHARE,
    NAMES,
    POPULATION_ROWS,
    Kind,
    allocate,
)


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
    population = allocate(POPULATION_ROWS, np.concatenate([[LOW_POPULATION_SHARE], share]))
    return population, allocate(CUSTOMER_ROWS, np.concatenate([[LOW_CUSTOMER_SHARE], tilted]))


def _level_counts(
    kind: Kind, sizes: list[int], known: float, rng: np.random.Generator
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
    counts = np.array([allocate(int(n * known), row) for n, row in zip(sizes, shares, strict=True)])
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
    kind: Kind, here: NDArray[np.float64], everybody: NDArray[np.float64]
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
    kind: Kind,
    name: str,
    label: str,
    population: NDArray[np.int64],
    customers: list[int],
    known: float,
    describe: bool,
    long: bool,
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
                label=text + LONG if long else text,
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
        segment_step=0.0,
        segment_known_step=0.0,
        segment_known=tuple(known if row.sum() else None for row in population),
        segment_known_reasons=tuple("" if row.sum() else "nobody is in it" for row in population),
        levels=tuple(levels),
        reasons={}
        if measure == "d"
        else dict.fromkeys(("population_mean", "customer_mean"), "the levels of this feature have no order"),
    )


def _features(
    count: int, sizes: list[int], customer_sizes: list[int], long: bool, rng: np.random.Generator
) -> tuple[tuple[FeatureComparison, ...], list[tuple[Kind, NDArray[np.float64]]]]:
    """Comparisons sorted by effect, and per feature its kind with the level shares of each segment, same order."""
    made = []
    for i in range(count):
        kind = KINDS[i % len(KINDS)]
        turn = i // len(KINDS)
        name = kind.name if not turn else f"{kind.name}_{turn + 1}"
        label = kind.label if not turn else f"{kind.label}, source {turn + 1}"
        known = 0.66 if i % 8 == 6 else float(rng.uniform(0.84, 1.0))
        population, shares = _level_counts(kind, sizes, known, rng)
        mix = (np.array(customer_sizes)[:, None] * shares).sum(axis=0)
        customers = allocate(int(CUSTOMER_ROWS * known), mix)
        # a describe-only feature every eighth column: over the missing limit, so not in the distance
        text = label + LONG if long else label
        feature = _feature(kind, name, text, population, customers, known, i % 8 == 6, long)
        made.append((feature, kind, population / population.sum(axis=1, keepdims=True)))
    made.sort(key=lambda item: -abs(item[0].effect or 0.0))
    return tuple(item[0] for item in made), [(item[1], item[2]) for item in made]


def _phrase(kind: Kind, level: FeatureLevel | None, effect: float) -> str:
    """Name the level, whichever way its share goes; of a scale the end that is meant."""
    if level is not None:
        return f"{kind.label.lower()}: {level.label}"
    return kind.phrase if effect > 0 else f"not {kind.phrase}"


def _markers(
    row: int, features: tuple[FeatureComparison, ...], tables: list[tuple[Kind, NDArray[np.float64]]]
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
                phrase=_phrase(kind, named, effect),
                measure=measure,
                effect=effect,
                grade="clearly" if abs(effect) >= 0.5 else "somewhat",
                here=here,
                everybody=mean,
                known=1.0,
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
    ("interval_total", "p_holm", "verdict", "verdict_if_placed"),
    "the spread over repeated clusterings is not computed yet",
)
_UNDECIDED = "an inconclusive verdict cannot be overturned"
_APART = dict.fromkeys(
    (
        "index_placed",
        "interval_total",
        "index_standardised",
        "index_bounds",
        "jaccard",
        "jaccard_min",
        "jaccard_chance",
        "reproduced",
        "badge",
        "p_holm",
        "verdict",
        "verdict_if_placed",
    ),
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
    name = "Low-information records" if low else NAMES[(number - 1) % len(NAMES)]
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
        index_standardised=None if placed is None else 100 + 0.6 * (placed - 100),
        index_bounds=None if placed is None else (0.85 * placed, placed),
        driven_by=("ALTERSKATEGORIE_GROB",) if number == 2 else (),
        expected_customers=CUSTOMER_ROWS * n / POPULATION_ROWS,
        jaccard=jaccard,
        jaccard_min=None if jaccard is None else max(jaccard - 0.09, 0.0),
        jaccard_chance=None if jaccard is None else 0.12,
        reproduced=None if jaccard is None else Reproduced(5 if jaccard < 0.6 else 12, 12),
        badge=None if jaccard is None else _badge(jaccard),
        p_holm=None if total is None else 0.001,
        verdict=verdict,
        verdict_if_placed=None if verdict in (None, "inconclusive") else "over" if number == 1 else "under",
        share_imputed=0.61 if low else 0.012 + 0.003 * number,
        markers=() if low else markers,
        portrait=portrait,
        reasons=_APART if low else {"verdict_if_placed": _UNDECIDED} if totals else _NO_TOTAL,
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


def example_analysis(
    segments: int = 5,
    features: int = 12,
    *,
    seed: int = 0,
    long_labels: bool = False,
    totals: bool = False,
    campaign: bool = False,
    ranked: bool = True,
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
    campaign
        Give the campaign its costs, a test and a past mailing.
    ranked
        Give the campaign its ranking of people.
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
        provenance=provenance_of(seed),
        population=Rows(POPULATION_ROWS),
        customers=Rows(CUSTOMER_ROWS),
        overlap=0,
        quality=quality_of(compared, population, customers, rng),
        components=components_of(compared, rng),
        choice=choice_of(segments),
        structure="found",
        structure_sentence="The segments are found in the data: refits agree (0.93).",
        segments=made,
        families=families_of(made),
        features=compared,
        proxies=proxies_of(),
        standard_features=tuple(f.name for f in compared if f.name in ("ALTERSKATEGORIE_GROB", "ANREDE_KZ")),
        recommendation=_recommendation(made, totals),
        robustness=robustness_of(made),
        placebo=placebo_of(),
        suppression=(),
        campaign=campaign_of(made, given=campaign, ranked=ranked),
    )
