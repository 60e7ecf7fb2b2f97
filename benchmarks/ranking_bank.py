"""The ranking on a real file beside plain models on the same folds.

Five folds by id; on each the whole of what ``build`` does on its sample (choice of model and number of trees on a
fifth of the training rows, then a fit on all of them) is compared with scikit-learn's logistic regression on
standardised and one-hot columns and with its histogram gradient boosting, both with their defaults. The area under the
ROC curve and the lift at 20 % are those of the held-out people of all folds together.

    python -m benchmarks.ranking_bank ../shared/data/bank_marketing
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from threadpoolctl import threadpool_limits

from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.folds import FOLDS, fold_of
from reportgen.analysis.gains import Ranked, reach_at
from reportgen.analysis.quality import column_quality
from reportgen.analysis.ranking import choose_model
from reportgen.analysis.score_models import fit_linear, fit_trees, linear_design
from reportgen.analysis.score_rows import (
    ScoreRows,
    all_hashes,
    contains,
    score_aspects,
    score_features,
    usable_columns,
)
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import count_values
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable, read_codes, read_hashes

Predict = Callable[[NDArray[np.bool_]], NDArray[np.float64]]


def held_out(predict: Predict, fold: NDArray[np.int8]) -> NDArray[np.float64]:
    """Score every row by the model that ``predict`` fits on the rows of the other folds."""
    scores = np.zeros(len(fold))
    for number in range(FOLDS):
        training = fold != number
        scores[~training] = predict(training)
    return scores


def ours(table: CodedTable, codes: NDArray[np.int16], customer: NDArray[np.bool_], seed: int) -> Predict:
    """Rank as ``build`` does, without segments: these are told by the same columns."""
    engine = LocalEngine(2)
    counts = {side.name: count_values(engine, side, table.columns) for side in (table.population, table.customers)}
    chosen = usable_columns(column_quality(table.columns, counts), sensitive=False)
    aspects = score_aspects(table.columns, chosen)
    features = score_features(aspects, counts["population"], len(table.columns), 0)
    sizes = np.array([codes.shape[1]])
    design = linear_design(fit_encoder(aspects, counts["population"]), sizes, len(table.columns))
    codes = np.concatenate([codes, np.zeros((1, codes.shape[1]), dtype=np.int16)])

    def predict(training: NDArray[np.bool_]) -> NDArray[np.float64]:
        rng = np.random.default_rng(seed)
        rows = ScoreRows(
            codes[:, training], customer[training], np.zeros(training.sum(), dtype=np.bool_),
            np.zeros(training.sum(), dtype=np.int8), rng.random(training.sum()) < 0.2, 0.0,
        )  # fmt: skip
        candidates, trees = choose_model(engine, rows, features, design)
        print(f"  {candidates[0].name}, {trees} trees", flush=True)
        if trees:
            return fit_trees(features, rows.codes, rows.customer, trees).log_odds(codes[:, ~training])
        return fit_linear(design, rows.codes, rows.customer).log_odds(codes[:, ~training])

    return predict


def plain_logistic(frame: pd.DataFrame, customer: NDArray[np.bool_]) -> Predict:
    """Standardise numbers, one-hot names, fit scikit-learn's logistic regression."""
    numbers = list(frame.select_dtypes("number").columns)
    names = [column for column in frame.columns if column not in numbers]

    def predict(training: NDArray[np.bool_]) -> NDArray[np.float64]:
        columns = make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), numbers), (OneHotEncoder(handle_unknown="ignore"), names)
        )
        model = make_pipeline(columns, LogisticRegression(max_iter=2_000)).fit(frame[training], customer[training])
        return np.asarray(model.decision_function(frame[~training]))

    return predict


def plain_boosting(frame: pd.DataFrame, customer: NDArray[np.bool_]) -> Predict:
    """Fit scikit-learn's histogram gradient boosting with its defaults."""
    typed = frame.apply(lambda column: column if column.dtype.kind in "if" else column.astype("category"))

    def predict(training: NDArray[np.bool_]) -> NDArray[np.float64]:
        model = HistGradientBoostingClassifier(random_state=0).fit(typed[training], customer[training])
        return np.asarray(model.decision_function(typed[~training]))

    return predict


def main() -> None:
    """Print area under the curve and lift at 20 % of every model."""
    parser = argparse.ArgumentParser(description="The ranking beside plain models on the same folds.")
    parser.add_argument("folder", type=Path, help="holds population.csv, customers.csv and features.csv")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        table = ingest(
            read_dictionary(given.folder),
            IngestRequest(given.folder / "population.csv", given.folder / "customers.csv"),
            Path(name),
        )
        codes = np.concatenate([read_codes(block, table.columns) for block in table.population.blocks], axis=1)
        hashes = np.concatenate([read_hashes(block) for block in table.population.blocks])
        customer = contains(all_hashes(table.customers), hashes)
        frame = pd.read_csv(given.folder / "population.csv", sep=None, engine="python")
        frame = frame[[column.name for column in table.columns]]
        fold = fold_of(hashes, given.seed)
        print(f"{table.population.rows:,} people, {customer.sum():,} customers, {len(table.columns)} columns")
        models = {
            "reportgen": ours(table, codes, customer, given.seed),
            "logistic regression, one-hot": plain_logistic(frame, customer),
            "histogram gradient boosting": plain_boosting(frame, customer),
        }
        rows = []
        for title, predict in models.items():
            begin = time.perf_counter()
            scores = held_out(predict, fold)
            depth, reach = Ranked(scores[customer], scores[~customer], float(customer.mean())).curve()
            lift = float(reach_at(depth, reach, np.array([0.2]))[0]) / 0.2
            rows.append((title, roc_auc_score(customer, scores), lift, time.perf_counter() - begin))
    print(f"\n{'model':<30}{'AUC':>8}{'lift at 20 %':>14}{'seconds':>9}")
    for title, auc, lift, seconds in rows:
        print(f"{title:<30}{auc:>8.4f}{lift:>14.2f}{seconds:>9.1f}")


if __name__ == "__main__":
    main()
