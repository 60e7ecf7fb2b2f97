"""The product in a notebook: two data frames and a dictionary in, a report to look at and to save out."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from reportgen.analysis.result import Analysis
from reportgen.charts.gallery import charts_of
from reportgen.charts.style import Chart
from reportgen.config import load_config
from reportgen.errors import InputError
from reportgen.formatting import Formatter
from reportgen.ingest.table import Finding
from reportgen.pipeline import analyse_files
from reportgen.pipeline_look import Rendering
from reportgen.pipeline_render import render_files
from reportgen.report.brief_words import write_brief
from reportgen.report.data_tables import data_tables
from reportgen.report.desk import by_index
from reportgen.report.look import PLAIN
from reportgen.report.pdf import require_pdf_libraries
from reportgen.report.store import Output

if TYPE_CHECKING:
    import pandas as pd

_ROWS_SHOWN = 20


def analyse(
    population: pd.DataFrame,
    customers: pd.DataFrame,
    dictionary: pd.DataFrame | Path | str,
    *,
    id_column: str | None = None,
    title: str | None = None,
    data_as_of: str | None = None,
    k: int | None = None,
    seed: int | None = None,
    quick: bool = False,
    lang: str = "en",
    threads: int | None = None,
) -> Report:
    """Analyse two data frames as ``reportgen build`` analyses two files.

    Parameters
    ----------
    population, customers
        One person per row, one coded feature per column, the same columns in both. Codes may be numbers or text.
    dictionary
        What the columns mean: a file or folder, the word ``azdias``, or a data frame with the columns ``attribute``,
        ``information_level``, ``type`` and ``missing_or_unknown``, and those of the full form that are wanted.
    id_column
        Column that names a row; left out, ``LNR`` or ``id`` when unique.
    title, data_as_of, k, seed, quick, lang, threads
        As the settings of the same names; see docs/config.md.

    Returns
    -------
    Report
        Nothing is written until it is saved.

    Raises
    ------
    ReportgenError
        If the data or a setting cannot be used; the message says what, where and what to do.

    Examples
    --------
    >>> report = reportgen.analyse(population, customers, "azdias")  # doctest: +SKIP
    >>> report.analysis.recommendation.sentence  # doctest: +SKIP
    >>> report.save("output")  # doctest: +SKIP
    """
    heard = _Heard()
    with tempfile.TemporaryDirectory(prefix="reportgen-") as name:
        folder = Path(name)
        flags: dict[str, object] = {
            "inputs.population": _written(population, folder, "population"),
            "inputs.customers": _written(customers, folder, "customers"),
            "inputs.dictionary": _dictionary(dictionary, folder),
            "inputs.id": id_column,
            "report.title": title,
            "report.data_as_of": data_as_of,
            "report.lang": lang,
            "analysis.k": k,
            "analysis.seed": seed,
            "analysis.quick": quick,
            "analysis.threads": threads,
        }
        # the flags name the inputs, so no file that happens to lie in the working directory is read
        config = load_config(None, flags, {}, folder)
        analysis = analyse_files(config, heard)
    return Report(analysis, lang, tuple(heard.warnings))


@dataclass(frozen=True)
class Figure:
    """A chart with its numbers; shows itself as a drawing.

    Attributes
    ----------
    chart
        The drawing, what it says, and where it comes from.
    """

    chart: Chart

    @property
    def title(self) -> str:
        """The finding, as a sentence."""
        return self.chart.title

    @property
    def data(self) -> pd.DataFrame:
        """The numbers behind the drawing; shares are fractions of one."""
        import pandas as pd

        return pd.DataFrame(list(self.chart.rows), columns=list(self.chart.columns))

    def _repr_svg_(self) -> str:
        return self.chart.svg


@dataclass(frozen=True)
class Report:
    """A finished analysis; shows itself in short.

    Attributes
    ----------
    analysis
        Everything that was found, as published: small counts are held back.
    language
        The language of its sentences.
    warnings
        What was noticed in the data.
    """

    analysis: Analysis
    language: str = "en"
    warnings: tuple[str, ...] = field(default=(), repr=False)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """All charts by name."""
        return {name: Figure(chart) for name, chart in charts_of(self.analysis).items()}

    @cached_property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """All tables of the report by name; shares are fractions of one, what is not given is missing."""
        import pandas as pd

        return {
            table.id: pd.DataFrame(list(table.rows), columns=list(table.columns))
            for table in data_tables(self.analysis)
        }

    def save(self, directory: Path | str, *, pdf: bool = True, single_file: bool = True) -> Path:
        """Write the report as ``reportgen build`` does: a run of its own below ``directory``, and ``latest``.

        Nobody's segment is written, so ``score``, ``select`` and a next issue need a run of ``reportgen build``.

        Parameters
        ----------
        directory
            The output folder; runs that are there stay.
        pdf, single_file
            Whether to make the PDF and the report as one HTML file.

        Returns
        -------
        Path
            The page to open.

        Raises
        ------
        ReportgenError
            If the folder cannot be written, or the libraries of the PDF are missing.
        """
        if pdf:
            require_pdf_libraries()
        output = Output(Path(directory).absolute())
        output.check_writable()
        rendering = Rendering(PLAIN, language=self.language, pdf=pdf, single_file=single_file)
        files = render_files(self.analysis, rendering, lambda _: None)
        return output.commit(self.analysis.provenance.run, files) / "site" / "index.html"

    def __repr__(self) -> str:
        """Return the headline, and what may be asked for."""
        return f"<Report: {self._headline} — .analysis .figures .tables .save(directory)>"

    @property
    def _headline(self) -> str:
        return write_brief(self.analysis, Formatter()).headline

    def _repr_html_(self) -> str:
        """Return headline, hero chart and the segments in one table, for a cell of a notebook."""
        fmt = Formatter()
        words = write_brief(self.analysis, fmt)
        rows = Markup("").join(
            Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>").format(
                f"{segment.letter} {segment.name}".strip(),
                fmt.share(segment.population.share),
                fmt.index(segment.index),
                fmt.interval(segment.interval_total or segment.interval_sampling),
                segment.verdict or "",
            )
            for segment in by_index(self.analysis.segments)[:_ROWS_SHOWN]
        )
        heads = Markup("").join(
            Markup("<th>{}</th>").format(head)
            for head in ("Segment", "Population", "Index", "95 % interval", "Verdict")
        )
        table = Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, rows)
        hero = self.figures.get("index")
        # drawn by the charts, which escape every text
        drawing = Markup(hero.chart.svg) if hero else ""
        return Markup("<div><h3>{}</h3><p>{}</p>{}{}</div>").format(
            words.headline, " ".join(words.lead), drawing, table
        )


@dataclass
class _Heard:
    """Keeps the warnings; a notebook has no line for progress."""

    warnings: list[str] = field(default_factory=list)

    def start(self, step: str) -> None:
        """Take no notice of steps."""

    def rows(self, side: str, rows: int) -> None:
        """Take no notice of rows."""

    def warn(self, finding: Finding) -> None:
        """Keep a warning."""
        self.warnings.append(f"{finding.column}: {finding.message}" if finding.column else finding.message)

    def reuse(self, what: str) -> None:
        """Take no notice of what is used again."""

    def notice(self, text: str) -> None:
        """Take no notice of the cache."""


def _written(frame: pd.DataFrame, folder: Path, name: str) -> Path:
    """Write a frame as Parquet; text and numbers of one column become text, as a CSV file would hold them."""
    import pandas as pd

    if not isinstance(frame, pd.DataFrame):
        raise InputError(f"{name} is a {type(frame).__name__}", "Give a pandas DataFrame, one person per row.")
    if frame.empty:
        raise InputError(f"{name} has no rows", "Give a pandas DataFrame, one person per row.")
    doubled = sorted({str(column) for column in frame.columns[frame.columns.duplicated()]})
    if doubled:
        raise InputError(f"{name}: columns occur twice: {', '.join(doubled)}", "Rename or drop one of each.")
    frame = frame.rename(columns=str)
    mixed = {
        column: frame[column].map(_text, na_action="ignore")
        for column in frame.columns
        if frame[column].dtype == object or isinstance(frame[column].dtype, pd.CategoricalDtype)
    }
    path = folder / f"{name}.parquet"
    frame.assign(**mixed).to_parquet(path, index=False)
    return path


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _dictionary(given: pd.DataFrame | Path | str, folder: Path) -> Path:
    import pandas as pd

    if isinstance(given, pd.DataFrame):
        path = folder / "features.csv"
        given.to_csv(path, sep=";", index=False)
        return path
    return Path(given) if str(given) == "azdias" else Path(given).absolute()
