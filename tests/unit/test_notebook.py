"""Two data frames in, a report out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

import reportgen
from reportgen.errors import ReportgenError
from tests.cli.sample import Files, make_pair


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return make_pair().write(tmp_path_factory.mktemp("notebook"))


@pytest.fixture(scope="module")
def frames(files: Files) -> tuple[pd.DataFrame, pd.DataFrame]:
    return pd.read_csv(files.population, sep=";"), pd.read_csv(files.customers, sep=";")


@pytest.fixture(scope="module")
def report(files: Files, frames: tuple[pd.DataFrame, pd.DataFrame]) -> reportgen.Report:
    return reportgen.analyse(*frames, files.dictionary, quick=True, data_as_of="2026-11-01", title="From a notebook")


def test_the_analysis_is_that_of_a_build(report: reportgen.Report) -> None:
    assert report.analysis.population.rows == 600
    assert report.analysis.customers.rows == 150
    assert report.analysis.provenance.title == "From a notebook"
    assert len(report.analysis.segments) > 1


def test_frames_read_as_their_files_do(report: reportgen.Report, files: Files) -> None:
    """pandas turns whole numbers with gaps into floats; the codes are the same."""
    population, customers = (pd.read_csv(path, sep=";", dtype=str) for path in (files.population, files.customers))
    other = reportgen.analyse(
        population, customers, files.dictionary, quick=True, data_as_of="2026-11-01", title="From a notebook"
    )
    assert [s.index for s in other.analysis.segments] == [s.index for s in report.analysis.segments]
    assert other.analysis.quality.columns == report.analysis.quality.columns


def test_a_dictionary_may_be_a_frame(
    report: reportgen.Report, files: Files, frames: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    declared = pd.read_csv(files.dictionary, sep=";", dtype=str).fillna("")
    other = reportgen.analyse(*frames, declared, quick=True, data_as_of="2026-11-01")
    assert [s.index for s in other.analysis.segments] == [s.index for s in report.analysis.segments]


def test_figures_and_tables_hold_the_numbers(report: reportgen.Report) -> None:
    figure = report.figures["index"]
    assert figure._repr_svg_().startswith("<svg")
    assert figure.title
    assert len(figure.data) >= len(report.analysis.segments) - 1
    segments = report.tables["segments"]
    assert len(segments) == len(report.analysis.segments)
    assert segments["population"].sum() == 600


def test_it_shows_itself_in_short(report: reportgen.Report) -> None:
    shown = report._repr_html_()
    assert shown.count("<tr>") == len(report.analysis.segments) + 1
    assert "<svg" in shown
    assert "<script" not in shown
    assert "Report:" in repr(report)


def test_saving_makes_a_run(report: reportgen.Report, tmp_path: Path) -> None:
    page = report.save(tmp_path / "output", pdf=False)
    assert page.is_file()
    run = tmp_path / "output" / "latest"
    assert json.loads((run / "analysis.json").read_text("utf-8"))["provenance"]["title"] == "From a notebook"
    assert (run / "report.html").is_file()
    assert not (tmp_path / "output" / "private" / run.resolve().name).exists()


@pytest.mark.parametrize(
    ("population", "words"),
    [
        ([1, 2], "population is a list"),
        (pd.DataFrame(), "no rows"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "twice"),
    ],
)
def test_what_is_no_table_of_people_is_refused(population: object, words: str, files: Files) -> None:
    with pytest.raises(ReportgenError, match=words):
        reportgen.analyse(population, pd.DataFrame([[1]], columns=["a"]), files.dictionary)  # type: ignore[arg-type]


def test_an_unknown_name_is_no_attribute() -> None:
    with pytest.raises(AttributeError, match="no attribute 'analyze'"):
        reportgen.analyze  # noqa: B018
