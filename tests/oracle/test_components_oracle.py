"""Components against scikit-learn, factor analysis of mixed data against its definition, moments against numpy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray
from sklearn.decomposition import PCA
from sklearn.preprocessing import StandardScaler

from reportgen.analysis.aspects import Aspect
from reportgen.analysis.components import decompose, parallel_line
from reportgen.analysis.encoding import LOOKUP_STEP, Encoder, fit_encoder
from reportgen.dictionary import Kind
from reportgen.engine.local import LocalEngine
from reportgen.engine.passes import Placement, block_moments, sum_moments
from reportgen.ingest.table import CodedColumn
from tests.unit.analysis.coded import aspect_of, coded_column, raw, write_side

ROWS = 1_200


def mixed_data(seed: int = 0, gaps: float = 0.0) -> tuple[tuple[CodedColumn, ...], NDArray[np.int16]]:
    """Four scales, three sets of names and a flag that hang together."""
    random = np.random.default_rng(seed)
    traits = random.standard_normal((2, ROWS))
    columns, codes = [], []
    for at, levels in enumerate((5, 5, 7, 3)):
        score = traits[at % 2] + 0.7 * random.standard_normal(ROWS)
        columns.append(coded_column(f"scale{at}", [*(str(i) for i in range(1, levels + 1)), ""]))
        codes.append(np.clip(np.round(score + levels / 2), 0, levels - 1))
    for at, levels in enumerate((3, 4, 5, 2)):
        score = traits[(at + 1) % 2] + 0.9 * random.standard_normal(ROWS)
        names = [*"vwxyz"[:levels], ""]
        columns.append(coded_column(f"names{at}", names, Kind.CATEGORICAL))
        order = random.permutation(levels)
        codes.append(order[np.clip(np.round(score * 0.8 + levels / 2), 0, levels - 1).astype(int)])
    matrix = raw(np.stack(codes))
    for row, column in zip(matrix, columns, strict=True):
        row[random.random(ROWS) < gaps] = len(column.codes) - 1
    return tuple(columns), matrix


def encoded(
    columns: tuple[CodedColumn, ...], codes: NDArray[np.int16], *, cap: bool = True
) -> tuple[Encoder, list[Aspect]]:
    counts = tuple(np.bincount(row, minlength=len(c.codes)) for row, c in zip(codes, columns, strict=True))
    aspects = [aspect_of(column, position=at) for at, column in enumerate(columns)]
    return fit_encoder(aspects, counts, cap=cap), aspects


@pytest.mark.parametrize("gaps", [0.0, 0.15])
def test_components_are_those_of_scikit_learn(gaps: float) -> None:
    columns, codes = mixed_data(gaps=gaps)
    encoder, _ = encoded(columns, codes)
    rows = encoder.rows.encode(codes).astype(np.float64)
    mean, values, loadings = decompose(block_moments(encoder.rows, codes))
    oracle = PCA(svd_solver="full").fit(rows)
    theirs = oracle.explained_variance_ * (ROWS - 1) / ROWS  # theirs divides by n - 1
    np.testing.assert_allclose(mean, oracle.mean_, atol=1e-12)
    np.testing.assert_allclose(values, theirs, rtol=0, atol=1e-9 * theirs[0])
    distinct = np.flatnonzero(theirs > 1e-6 * theirs[0])
    assert np.min(-np.diff(theirs[distinct])) > 1e-4  # so that each vector is determined up to its sign
    for at in distinct:
        sign = np.sign(loadings[at] @ oracle.components_[at])
        np.testing.assert_allclose(sign * loadings[at], oracle.components_[at], atol=1e-6)
    assert values.sum() == pytest.approx(rows.var(axis=0).sum(), rel=1e-12)


def famd_matrix(columns: tuple[CodedColumn, ...], codes: NDArray[np.int16]) -> NDArray[np.float64]:
    """Pagès (2004), section 2: standardised numbers beside centred indicators divided by the root of their share."""
    stretches = []
    for column, row in zip(columns, codes, strict=True):
        if column.feature.kind is Kind.ORDINAL:
            numbers = column.values[row]
            stretches.append(((numbers - numbers.mean()) / numbers.std())[:, np.newaxis])
        else:
            indicators = (row[:, np.newaxis] == np.unique(row)).astype(np.float64)
            shares = indicators.mean(axis=0)
            stretches.append((indicators - shares) / np.sqrt(shares))
    return np.concatenate(stretches, axis=1)


def test_without_the_cap_it_is_factor_analysis_of_mixed_data() -> None:
    columns, codes = mixed_data()
    encoder, _ = encoded(columns, codes, cap=False)
    _, values, _ = decompose(block_moments(encoder.rows, codes))
    theirs = np.linalg.svd(famd_matrix(columns, codes), compute_uv=False) ** 2 / ROWS
    rank = len(values) - 3  # indicators of m names have rank m - 1; the flag has a single column already
    # Look-ups are rounded to 2^-12, which moves an eigenvalue of order 1 by no more than that.
    np.testing.assert_allclose(values[:rank], theirs[:rank], atol=2 * LOOKUP_STEP)
    # Inertia is 4 scales plus (3 - 1) + (4 - 1) + (5 - 1) + (2 - 1).
    assert values.sum() == pytest.approx(4 + 2 + 3 + 4 + 1, abs=0.01)


def test_without_the_cap_it_is_the_famd_of_prince() -> None:
    prince = pytest.importorskip("prince")
    columns, codes = mixed_data(seed=2)
    encoder, _ = encoded(columns, codes, cap=False)
    _, values, _ = decompose(block_moments(encoder.rows, codes))
    frame = pd.DataFrame(
        {
            column.name: column.values[row]
            if column.feature.kind is Kind.ORDINAL
            else [column.codes[code] for code in row]
            for column, row in zip(columns, codes, strict=True)
        }
    )
    oracle = prince.FAMD(n_components=8, engine="scipy", random_state=0).fit(frame)
    np.testing.assert_allclose(values[:8], np.asarray(oracle.eigenvalues_), rtol=3e-4)  # look-ups are rounded


def test_with_the_cap_a_set_of_names_weighs_as_much_as_a_scale() -> None:
    columns, codes = mixed_data()
    encoder, _ = encoded(columns, codes)
    rows = encoder.rows.encode(codes).astype(np.float64)
    inertia = np.bincount(encoder.owner, weights=rows.var(axis=0))
    np.testing.assert_allclose(inertia, 1.0, atol=4 * LOOKUP_STEP)


def test_scales_are_those_of_scikit_learn() -> None:
    columns, codes = mixed_data()
    encoder, _ = encoded(columns[:4], codes[:4])
    numbers = np.stack([column.values[row] for column, row in zip(columns[:4], codes[:4], strict=True)], axis=1)
    np.testing.assert_allclose(
        encoder.rows.encode(codes[:4]), StandardScaler().fit_transform(numbers), atol=LOOKUP_STEP / 2 * 1.001
    )


@pytest.mark.parametrize("block_rows", [1_200, 300, 77, 1])
def test_moments_are_exact_sums_for_any_blocks(tmp_path: Path, block_rows: int) -> None:
    columns, codes = mixed_data(gaps=0.1)
    columns, codes = columns[:6], codes[:6, :400]
    encoder, _ = encoded(columns, codes)
    rows = encoder.rows.encode(codes).astype(np.float64)
    side = write_side(tmp_path, columns, codes, block_rows=block_rows)
    found = sum_moments(LocalEngine(2), side, encoder.rows, Placement(columns, None))
    assert found.rows == 400
    # Entries are multiples of 2^-12, so every sum of products is exact and no tolerance is needed.
    np.testing.assert_array_equal(found.sums, rows.sum(axis=0))
    np.testing.assert_array_equal(found.products, rows.T @ rows)
    whole = (rows / LOOKUP_STEP).astype(object)
    np.testing.assert_array_equal(found.products / LOOKUP_STEP**2, (whole.T @ whole).astype(np.float64))


def test_the_parallel_line_is_that_of_a_direct_loop() -> None:
    columns, codes = mixed_data(seed=4, gaps=0.1)
    encoder, _ = encoded(columns, codes)
    line = parallel_line(LocalEngine(1), codes, encoder, seed=9)
    random = np.random.default_rng(123)
    draws = []
    for _ in range(60):
        shuffled = np.stack([random.permutation(row) for row in codes])
        rows = encoder.rows.encode(shuffled).astype(np.float64)
        draws.append(np.linalg.eigvalsh(np.cov(rows, rowvar=False, ddof=0))[::-1])
    direct = np.quantile(draws, 0.95, axis=0)
    spread = np.std(draws, axis=0)
    # The 95 % point of 20 draws against that of 60: both are random, with a spread of about the draws' own.
    assert (np.abs(line - direct) < 2.5 * spread + 1e-6).all()
    np.testing.assert_allclose(line[:-4], direct[:-4], rtol=0.05)
