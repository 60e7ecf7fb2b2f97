"""Made-up data quality, components, choice and provenance."""

from __future__ import annotations

from typing import Any

import numpy as np

from reportgen.analysis.result_choice import Choice, Components, KRow, Loading, Reading
from reportgen.analysis.result_provenance import Provenance, SourceFile
from reportgen.analysis.result_quality import (
    Decision,
    MissingBin,
    MissingBlock,
    Quality,
    QualityColumn,
    QualityFinding,
    RowQuality,
    Twin,
    Undeclared,
)
from reportgen.analysis.result_segments import FeatureComparison
from tests.factory_material import CUSTOMER_ROWS, KINDS, POPULATION_ROWS, allocate

_OUT = dict.fromkeys(("inertia_kept", "share_imputed"), "not in the distance")


def quality_of(
    features: tuple[FeatureComparison, ...], population: list[int], customers: list[int], rng: np.random.Generator
) -> Quality:
    columns = []
    for feature in features:
        missing = POPULATION_ROWS - (feature.population_known or 0)
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
                customers_missing_share=1 - (feature.customer_known or 0) / CUSTOMER_ROWS,
                levels=len(feature.levels),
                unknown_codes=30 if feature.name == "GEBAEUDETYP" else 0,
                use="describe" if describe else "distance",
                dropped=False,
                reason=f"{100 * share:.0f} % missing, over the limit of 30 %" if describe else "",
                inertia_kept=None if describe else float(rng.uniform(0.15, 0.95)),
                share_imputed=None if describe else 0.8 * share,
                reasons=_OUT if describe else {},
            )
        )
    columns.append(
        QualityColumn(
            name="TITEL_KZ", label="Academic title", type="categorical", information_level="person", role="build",
            sensitivity="ordinary", missing_blank=73_499, missing_coded=815_562,
            missing_share=(73_499 + 815_562) / POPULATION_ROWS, customers_missing_share=0.988, levels=5,
            unknown_codes=0, use="dropped", dropped=True, reason="100 % missing but for 2,160 people",
            inertia_kept=None, share_imputed=None, reasons=_OUT,
        )
    )  # fmt: skip
    names = [column.name for column in columns]
    groups = [columns[start : start + 4] for start in (0, 4, 8) if len(features) >= start + 2]
    blocks = [
        MissingBlock(
            tuple(column.name for column in group),
            int(0.8 * min((column.missing_blank or 0) + (column.missing_coded or 0) for column in group)),
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
        zip(allocate(POPULATION_ROWS - low, falling), allocate(CUSTOMER_ROWS - low_customers, falling), strict=True)
    ):
        bins[i] = (n, c)
    for i, (n, c) in enumerate(zip(allocate(low, peak), allocate(low_customers, peak), strict=True)):
        bins[threshold + i] = (n, c)
    return RowQuality(
        columns=columns,
        threshold=threshold,
        low_information=low,
        customers_low_information=low_customers,
        moved_by_5=int(rng.integers(900, 2_000)),
        reason=f"no row count from {below} to {threshold - 1} missing values holds 0.1 % of the rows",
        histogram=tuple(MissingBin(missing, missing, *both) for missing, both in bins.items()),
    )


def components_of(features: tuple[FeatureComparison, ...], rng: np.random.Generator) -> Components:
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
            kind = next(k for k in KINDS if feature.name.startswith(k.name))
            size = max(0.86 - 0.05 * i - 0.02 * number, 0.05)
            alone = dict.fromkeys(("told", "relatives"), "one feature by itself")
            loadings.append(Loading(feature.name, feature.label, kind.phrase, sign * size, None, None, alone))
        high = tuple(loading for loading in loadings if loading.correlation > 0)[:3]
        low = tuple(loading for loading in loadings if loading.correlation < 0)[:3]
        ends = " and ".join(loading.phrase for loading in high[:2])
        readings.append(
            Reading(
                component=number,
                explained=float(eigenvalues[number - 1] / encoded),
                beats_parallel=bool(eigenvalues[number - 1] > parallel[number - 1]),
                congruence=1.0 - 0.03 * number,
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
        reason="the fewest that carry 80 % of the variance",
        eigenvalues=tuple(float(value) for value in eigenvalues),
        parallel=tuple(float(value) for value in parallel),
        hardly_used=(features[-1].name,),
        readings=tuple(readings),
    )


_NO_NULL = {"ari_null": "measured only where no number is stable"}


def _confirmed(ari: float, jaccard: float, *, listed: bool) -> dict[str, Any]:
    """What 100,000 rows say of a number on the short list: a little firmer than the sample."""
    names = ("confirmed_rows", "confirmed_pairs", "confirmed_ari", "confirmed_jaccard")
    if not listed:
        return {"reasons": _NO_NULL | dict.fromkeys(names, "not on the short list")}
    return dict(zip(names, (100_000, 6, ari + 0.01, jaccard + 0.02), strict=True)) | {"reasons": _NO_NULL}


def choice_of(k: int) -> Choice:
    scan = []
    for tried in range(2, 16):
        ari = 0.96 - 0.01 * tried if tried <= k else 0.78 - 0.02 * (tried - k)
        jaccard = 0.92 - 0.01 * tried if tried <= k else 0.70 - 0.03 * (tried - k)
        scan.append(
            KRow(
                k=tried,
                inertia=0.9 / tried**0.25,
                inertia_null=0.97 / tried**0.2,
                silhouette=0.31 - 0.01 * tried,
                silhouette_null=0.26 - 0.01 * tried,
                ari=ari,
                ari_low=ari - 0.07,
                ari_null=None,
                jaccard=jaccard,
                pairs=20 if abs(tried - k) <= 1 else 6,
                **_confirmed(ari, jaccard, listed=abs(tried - k) <= 1),
            )
        )
    return Choice(
        k=k,
        reason=f"{k} is the largest number of segments that refits agree on and in which every segment comes back",
        given=k == 1,
        stable=tuple(range(k, 1, -1)),
        runner_up=k - 1 if k > 2 else None,
        passed_over=0,
        merged_from=None,
        sample_rows=20_000,
        scan=tuple(scan),
        reasons={"merged_from": "no segment was too small"}
        | ({} if k > 2 else {"runner_up": "no other number of segments is reproduced"}),
    )


def provenance_of(seed: int) -> Provenance:
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
