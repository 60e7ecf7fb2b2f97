"""The way of the notebooks: pandas, one-hot, imputer, StandardScaler, PCA, KMeans with ten starts for k = 2..15.

    python -m benchmarks.notebook_way POPULATION CUSTOMERS DICTIONARY [--rows N]

Missing codes come from the dictionary, as every published notebook takes them; columns with over 30 % missing and rows
with over 30 missing values are dropped, names become dummies, and numbers take the mean. Components are kept for 90 %
of the variance, as most of them do. Prints the seconds of each part as JSON. At the full size this takes some minutes
and 8 GB.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import StandardScaler

from reportgen.dictionary import FeatureDictionary, Kind, Role, read_dictionary

KS = range(2, 16)
STARTS = 10
MAX_MISSING_SHARE = 0.30
MAX_MISSING_ROW = 30
EXPLAINED = 0.9


def main(population: Path, customers: Path, dictionary: Path, rows: int | None, ks: range) -> dict[str, Any]:
    marks = [("", time.perf_counter())]

    def mark(name: str) -> None:
        marks.append((name, time.perf_counter()))

    declared = read_dictionary(dictionary)
    tables = [pd.read_csv(path, sep=_separator(path), nrows=rows) for path in (population, customers)]
    mark("read")
    decoded = [_decode(table, declared) for table in tables]
    keep = decoded[0].columns[decoded[0].isna().mean() <= MAX_MISSING_SHARE]
    decoded = [table[keep][table[keep].isna().sum(axis=1) <= MAX_MISSING_ROW] for table in decoded]
    mark("decode")
    wide = [_one_hot(table, declared) for table in decoded]
    wide[1] = wide[1].reindex(columns=wide[0].columns, fill_value=0)
    mark("one-hot")
    imputer, scaler = SimpleImputer(), StandardScaler()
    scaled = scaler.fit_transform(imputer.fit_transform(wide[0]))
    others = scaler.transform(imputer.transform(wide[1]))
    mark("impute and scale")
    pca = PCA().fit(scaled)
    kept = int(np.searchsorted(np.cumsum(pca.explained_variance_ratio_), EXPLAINED)) + 1
    points, customer_points = pca.transform(scaled)[:, :kept], pca.transform(others)[:, :kept]
    mark("PCA")
    fits = {k: KMeans(k, n_init=STARTS, random_state=1).fit(points) for k in ks}
    mark("KMeans")
    shares = {k: np.bincount(fit.predict(customer_points), minlength=k).tolist() for k, fit in fits.items()}
    mark("assign")
    return {
        "rows": len(tables[0]),
        "customers": len(tables[1]),
        "encoded": wide[0].shape[1],
        "components": kept,
        "seconds": {name: round(at - before, 2) for (_, before), (name, at) in pairwise(marks)},
        "inertia": {k: float(fit.inertia_) for k, fit in fits.items()},
        "customers_by_cluster": shares,
    }


def _separator(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        first = file.readline()
    return ";" if first.count(";") > first.count(",") else ","


def _decode(table: pd.DataFrame, declared: FeatureDictionary) -> pd.DataFrame:
    """Replace the missing codes of each column by NaN and keep the columns that the dictionary uses."""
    used = {feature.name: feature for feature in declared.features if feature.role is not Role.IGNORE}
    table = table[[name for name in used if name in table.columns]].copy()
    for name in table.columns:
        codes = used[name].missing
        texts = table[name].astype(str).str.replace(r"\.0$", "", regex=True)
        table.loc[texts.isin(codes), name] = np.nan
    return table


def _one_hot(table: pd.DataFrame, declared: FeatureDictionary) -> pd.DataFrame:
    kinds = {feature.name: feature.kind for feature in declared.features}
    names = [name for name in table.columns if kinds[name] is Kind.CATEGORICAL]
    numbers = table.drop(columns=names).apply(pd.to_numeric, errors="coerce")
    joined: pd.DataFrame = pd.concat([numbers, pd.get_dummies(table[names].astype("category"), dtype=float)], axis=1)
    return joined


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("population", type=Path)
    parser.add_argument("customers", type=Path)
    parser.add_argument("dictionary", type=Path)
    parser.add_argument("--rows", type=int)
    arguments = parser.parse_args()
    print(json.dumps(main(arguments.population, arguments.customers, arguments.dictionary, arguments.rows, KS)))
