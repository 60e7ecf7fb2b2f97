"""The small pair, analysed once."""

from __future__ import annotations

import pytest

from tests.unit.analysis.small import Run, customer_rows, population_rows, run_files


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two separate files, k chosen from 2 to 5."""
    return run_files(tmp_path_factory.mktemp("small"), population_rows(), customer_rows())
