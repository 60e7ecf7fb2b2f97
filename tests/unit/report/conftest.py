from __future__ import annotations

from collections.abc import Mapping

import pytest

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import Chart
from reportgen.errors import MissingLibraryError
from reportgen.report.pdf import require_pdf_libraries
from tests.factories import example_analysis


@pytest.fixture(scope="session")
def analysis() -> Analysis:
    return example_analysis(5, 14)


@pytest.fixture(scope="session")
def charts(analysis: Analysis) -> Mapping[str, Chart]:
    return charts_of(analysis)


@pytest.fixture(scope="session")
def pdf_libraries() -> None:
    """Skip where a PDF cannot be laid out."""
    try:
        require_pdf_libraries()
    except MissingLibraryError as error:
        pytest.skip(str(error))
