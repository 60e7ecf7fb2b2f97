"""The model written and read back: the same segments and the same index, and nothing that was tampered with."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reportgen.analysis.folds import fold_of
from reportgen.analysis.model import ARRAYS, DESCRIPTION, description_hash, model_files
from reportgen.analysis.ranking import Ranker
from reportgen.analysis.ranking_findings import NoRanking, RankingFindings
from reportgen.analysis.saved_model import load_model
from reportgen.analysis.score_models import LinearScorer, fit_trees
from reportgen.analysis.score_rows import place_rows, score_aspects, score_features, usable_columns
from reportgen.errors import ModelError
from reportgen.ingest.table import read_codes, read_hashes
from tests.unit.analysis.small import Run


def with_trees(small: Run) -> RankingFindings:
    """Return the ranking with a model of trees in every fold, whichever model won."""
    found = small.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    table = small.table
    aspects = score_aspects(table.columns, usable_columns(small.findings.data.qualities, sensitive=False))
    features = score_features(aspects, small.findings.data.counts["population"], len(table.columns), small.findings.k)
    block = table.population.blocks[0]
    codes = read_codes(block, table.columns)
    codes = np.concatenate([codes, place_rows(small.model, table.columns, codes)[np.newaxis].astype(np.int16)])
    customer = np.random.default_rng(1).random(codes.shape[1]) < 0.2 + 0.4 * (codes[2] == 1)
    fold = fold_of(read_hashes(block), 1)
    scorers = tuple(fit_trees(features, codes[:, fold != f], customer[fold != f], 12) for f in range(5))
    ranker = replace(found.fitted.ranker, name="boosted trees", scorers=scorers)
    return replace(found, fitted=replace(found.fitted, ranker=ranker, trees=12))


def with_regression(small: Run) -> RankingFindings:
    """Return the ranking with a logistic regression in every fold, whichever model won."""
    found = small.findings.campaign.ranking
    assert isinstance(found, RankingFindings)
    random = np.random.default_rng(4)
    tables = tuple(
        (at, random.normal(size=len(column.codes)))
        for at, column in enumerate(small.table.columns)
        if column.name in {used.name for used in found.columns}
    )
    segment = (len(small.table.columns), random.normal(size=small.findings.k + 1))
    scorers = tuple(LinearScorer(0.1 * fold, (*tables, segment)) for fold in range(5))
    ranker = replace(found.fitted.ranker, name="logistic regression", scorers=scorers)
    return replace(found, fitted=replace(found.fitted, ranker=ranker, trees=0))


def written(small: Run, folder: Path, ranking: RankingFindings | NoRanking) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in model_files(small.model, small.table, ranking).items():
        (folder / name).write_bytes(content)
    return folder


def change(folder: Path, edit: Any, *, hashed: bool = True) -> None:
    """Change the description; with a right hash of its own."""
    described = json.loads((folder / DESCRIPTION).read_text("utf-8"))
    edit(described)
    if hashed:
        described["sha256"] = description_hash(described)
    (folder / DESCRIPTION).write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.parametrize("kind", ["regression", "trees"])
@pytest.mark.parametrize("side", ["population", "customers"])
def test_what_is_read_scores_like_what_was_written(small: Run, tmp_path: Path, kind: str, side: str) -> None:
    ranking = with_trees(small) if kind == "trees" else with_regression(small)
    model = load_model(written(small, tmp_path / "model", ranking))
    ranker: Ranker = ranking.fitted.ranker
    assert model.ranker is not None
    assert (model.ranker.name, model.ranker.rescale, model.segments) == (ranker.name, ranker.rescale, small.findings.k)
    for block in small.table.side(side).blocks:  # type: ignore[arg-type]
        hashes = read_hashes(block)
        everything = read_codes(block, small.table.columns)
        segments = place_rows(small.model, small.table.columns, everything)
        expected = ranker.index(
            np.concatenate([everything, segments[np.newaxis].astype(np.int16)]), fold_of(hashes, ranker.seed)
        )
        scored = model.score(read_codes(block, model.columns), hashes)
        np.testing.assert_array_equal(scored.segments, segments)
        np.testing.assert_array_equal(scored.index, expected)


def test_a_code_that_the_build_did_not_see_is_missing(small: Run, tmp_path: Path) -> None:
    ranking = with_trees(small)
    model = load_model(written(small, tmp_path / "model", ranking))
    block = small.table.population.blocks[0]
    codes, hashes = read_codes(block, model.columns), read_hashes(block)
    at = next(i for i, column in enumerate(model.columns) if column.name == "INCOME")
    blank = model.columns[at].codes.index("-1")
    unknown, missing = codes.copy(), codes.copy()
    unknown[at], missing[at] = len(model.columns[at].codes) - 1, blank
    one, other = model.score(unknown, hashes), model.score(missing, hashes)
    np.testing.assert_array_equal(one.segments, other.segments)
    np.testing.assert_array_equal(one.index, other.index)


def test_a_run_without_a_ranking_still_places_people(small: Run, tmp_path: Path) -> None:
    model = load_model(written(small, tmp_path / "model", NoRanking("too few customers")))
    assert (model.ranker, model.trusted, model.reason) == (None, False, "too few customers")
    block = small.table.population.blocks[0]
    scored = model.score(read_codes(block, model.columns), read_hashes(block))
    assert scored.index is None
    assert set(np.unique(scored.segments)) <= set(range(small.findings.k + 1))


def test_a_changed_file_is_refused(small: Run, tmp_path: Path) -> None:
    ranking = small.findings.campaign.ranking
    folder = written(small, tmp_path / "model", ranking)
    change(folder, lambda described: described.update(segments=99), hashed=False)
    with pytest.raises(ModelError, match="changed after it was written"):
        load_model(folder)
    folder = written(small, tmp_path / "model", ranking)
    content = bytearray((folder / ARRAYS).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / ARRAYS).write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"arrays\.npz was changed"):
        load_model(folder)


@pytest.mark.parametrize("name", [DESCRIPTION, ARRAYS])
def test_a_missing_file_is_named(small: Run, tmp_path: Path, name: str) -> None:
    folder = written(small, tmp_path / "model", small.findings.campaign.ranking)
    (folder / name).unlink()
    with pytest.raises(ModelError, match=name):
        load_model(folder)


def test_another_version_is_refused(small: Run, tmp_path: Path) -> None:
    folder = written(small, tmp_path / "model", small.findings.campaign.ranking)
    change(folder, lambda described: described.update(model_version=1))
    with pytest.raises(ModelError, match="model version 1"):
        load_model(folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", "\x00"])
def test_what_is_no_model_is_refused(small: Run, tmp_path: Path, text: str) -> None:
    folder = written(small, tmp_path / "model", small.findings.campaign.ranking)
    (folder / DESCRIPTION).write_text(text, encoding="utf-8")
    with pytest.raises(ModelError, match="not a model"):
        load_model(folder)


@pytest.mark.parametrize(
    "edit",
    [
        lambda d: d.pop("columns"),
        lambda d: d["columns"][0]["codes"].append("x"),
        lambda d: d["columns"][0].update(type="strange"),
        lambda d: d["placement"]["columns"].append("nobody"),
        lambda d: d["tables"][0].update(array="table_9999"),
    ],
)
def test_a_description_of_another_form_is_refused(small: Run, tmp_path: Path, edit: Any) -> None:
    folder = written(small, tmp_path / "model", small.findings.campaign.ranking)
    change(folder, edit)
    with pytest.raises(ModelError, match="not a model of this form"):
        load_model(folder)


def test_arrays_are_plain(small: Run, tmp_path: Path) -> None:
    folder = written(small, tmp_path / "model", with_trees(small))
    with np.load(io.BytesIO((folder / ARRAYS).read_bytes()), allow_pickle=False) as arrays:
        assert {arrays[name].dtype.kind for name in arrays.files} <= set("fibu")
