from __future__ import annotations

from collections.abc import Mapping

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import Chart
from tests.factories import example_analysis


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return example_analysis(5, 14)


@pytest.fixture(scope="session")
def charts(analysis: Analysis) -> Mapping[str, Chart]:
    return charts_of(analysis)
