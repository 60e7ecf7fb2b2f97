"""The ranking's part of the model on disk: look-up tables of a regression, or trees as arrays, one set per fold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.ranking import Ranker
from reportgen.analysis.ranking_findings import NoRanking, RankingFindings
from reportgen.analysis.recalibration import Curve
from reportgen.analysis.score_models import LinearScorer, Scorer
from reportgen.analysis.score_rows import ScoreFeature
from reportgen.analysis.trees import NODE_ARRAYS, Trees, TreeScorer
from reportgen.ingest.table import CodedColumn

Arrays = dict[str, NDArray[Any]]
_TREE_ARRAYS = ("start", "left_names", *NODE_ARRAYS)


def ranking_columns(ranking: RankingFindings | NoRanking) -> tuple[CodedColumn, ...]:
    """Return the columns that the ranking reads."""
    return () if isinstance(ranking, NoRanking) else ranking.columns


def write_ranking(
    ranking: RankingFindings | NoRanking,
    table: Sequence[CodedColumn],
    columns: Sequence[CodedColumn],
    arrays: Arrays,
) -> dict[str, Any]:
    """Describe the ranking and add its arrays.

    Parameters
    ----------
    table
        Columns of the coded table, by whose positions the scorers read.
    columns
        Columns of the model on disk, by whose positions it will be read.
    arrays
        To be added to.

    Returns
    -------
    dict
        ``{"reason": ...}`` when nothing ranks.
    """
    if isinstance(ranking, NoRanking):
        return {"reason": ranking.reason}
    ranker = ranking.fitted.ranker
    place = {column.name: at for at, column in enumerate(columns)}
    here = [place.get(column.name, -1) for column in table] + [len(columns)]
    models = []
    for fold, scorer in enumerate(ranker.scorers):
        if isinstance(scorer, LinearScorer):
            models.append(_write_linear(scorer, here, f"fold{fold}", arrays))
        else:
            assert isinstance(scorer, TreeScorer)
            models.append(_write_trees(scorer, here, f"fold{fold}", arrays))
    return {
        "name": ranker.name,
        "seed": ranker.seed,
        "share": ranker.share,
        "rescale": ranker.rescale,
        "log_others": [float(value) for value in ranker.log_others],
        "curves": [{"x": curve.x.tolist(), "y": curve.y.tolist()} for curve in ranker.curves],
        "trusted": ranking.trusted,
        "models": models,
    }


def _write_linear(scorer: LinearScorer, here: Sequence[int], prefix: str, arrays: Arrays) -> dict[str, Any]:
    tables = []
    for number, (position, table) in enumerate(scorer.tables):
        arrays[f"{prefix}_adds_{number:04d}"] = table
        tables.append(here[position])
    return {"kind": "linear", "intercept": scorer.intercept, "columns": tables}


def _write_trees(scorer: TreeScorer, here: Sequence[int], prefix: str, arrays: Arrays) -> dict[str, Any]:
    features = []
    for number, feature in enumerate(scorer.features):
        arrays[f"{prefix}_values_{number:04d}"] = feature.values
        features.append(
            {"name": feature.name, "label": feature.label, "column": here[feature.position],
             "categorical": feature.categorical}
        )  # fmt: skip
    for name in _TREE_ARRAYS:
        arrays[f"{prefix}_{name}"] = getattr(scorer.trees, name)
    return {"kind": "trees", "baseline": scorer.trees.baseline, "features": features}


def read_ranker(described: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], columns: int) -> Ranker | None:
    """Read the ranking of a model on disk; None when it holds none.

    Every raw code of a column gets a further one, for what the model does not know: it is missing.

    Parameters
    ----------
    described
        The entry ``ranking``.
    columns
        Number of columns of the model; the segment stands below them.

    Raises
    ------
    KeyError, ValueError, TypeError, IndexError
        If the description or the arrays are not of this form.
    """
    if "reason" in described:
        return None
    scorers: list[Scorer] = []
    for fold, model in enumerate(described["models"]):
        if model["kind"] == "linear":
            scorers.append(_read_linear(model, arrays, f"fold{fold}", columns))
        else:
            scorers.append(_read_trees(model, arrays, f"fold{fold}", columns))
    curves = tuple(
        Curve(np.array(curve["x"], dtype=np.float64), np.array(curve["y"], dtype=np.float64))
        for curve in described["curves"]
    )
    return Ranker(
        described["name"], tuple(scorers), np.array(described["log_others"], dtype=np.float64), curves,
        float(described["share"]), float(described["rescale"]), int(described["seed"]),
    )  # fmt: skip


def _read_linear(
    model: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], prefix: str, columns: int
) -> LinearScorer:
    tables = []
    for number, position in enumerate(model["columns"]):
        adds = np.asarray(arrays[f"{prefix}_adds_{number:04d}"], dtype=np.float64)
        tables.append((int(position), adds if position == columns else np.append(adds, 0.0)))
    return LinearScorer(float(model["intercept"]), tuple(tables))


def _read_trees(model: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], prefix: str, columns: int) -> TreeScorer:
    features = []
    for number, feature in enumerate(model["features"]):
        values = np.asarray(arrays[f"{prefix}_values_{number:04d}"], dtype=np.float64)
        position = int(feature["column"])
        values = values if position == columns else np.append(values, np.nan)
        features.append(ScoreFeature(position, feature["name"], feature["label"], bool(feature["categorical"]), values))
    trees = Trees(baseline=float(model["baseline"]), **{name: arrays[f"{prefix}_{name}"] for name in _TREE_ARRAYS})
    return TreeScorer(tuple(features), trees)
