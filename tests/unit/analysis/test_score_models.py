"""The logistic regression as look-ups."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from reportgen.analysis.aspects import aspects_of
from reportgen.analysis.encoding import fit_encoder
from reportgen.analysis.score_models import fit_linear, linear_design, log_loss
from reportgen.dictionary import Kind
from tests.unit.analysis.coded import coded_column, floats, ints


def test_a_sum_of_look_ups_is_the_regression() -> None:
    rng = np.random.default_rng(5)
    scale = coded_column("S", ["", "1", "2", "3", "4"])
    names = coded_column("N", ["a", "b", "c", "x"], Kind.CATEGORICAL, missing=["x"])
    codes = np.array([rng.integers(0, 5, 2_000), rng.integers(0, 4, 2_000), rng.integers(0, 4, 2_000)], dtype=np.int16)
    customer = rng.random(2_000) < 0.2 + 0.1 * (codes[0] > 2) + 0.1 * (codes[1] == 0) + 0.05 * codes[2]
    aspects = [*aspects_of(scale, 0, Kind.ORDINAL), *aspects_of(names, 1, Kind.CATEGORICAL)]
    encoder = fit_encoder(aspects, [np.bincount(codes[0]), np.bincount(codes[1])])  # type: ignore[arg-type]
    design = linear_design(encoder, ints([10, 20, 30, 40]), 2)
    matrix = design.matrix(codes)
    assert matrix.shape == (2_000, encoder.width + 4)
    np.testing.assert_array_equal(matrix[:, : encoder.width], encoder.rows.encode(codes[:2]).astype(np.float64))
    scorer = fit_linear(design, codes, customer)
    library = LogisticRegression(C=0.1, solver="lbfgs", tol=1e-10, max_iter=5_000).fit(matrix, customer)
    np.testing.assert_allclose(scorer.log_odds(codes), library.decision_function(matrix), atol=1e-4)
    assert [position for position, _ in scorer.tables] == [0, 1, 2]


def test_the_segment_has_the_metric_of_names() -> None:
    column = coded_column("S", ["1", "2"])
    encoder = fit_encoder(aspects_of(column, 0, Kind.ORDINAL), [ints([5, 5])])  # type: ignore[arg-type]
    (_, _), (position, table) = linear_design(encoder, ints([0, 30, 70]), 1).tables
    assert position == 1
    shares = floats([1, 30, 70]) / 100  # an empty segment counts as one person, so that its column is finite
    np.testing.assert_allclose(table, (np.eye(3) - shares) / np.sqrt(shares) / np.sqrt(2))


def test_log_loss_by_hand() -> None:
    odds = floats([0.0, np.log(3)])
    assert log_loss(odds, np.array([True, False])) == pytest.approx((np.log(2) + np.log(4)) / 2)
