"""The commands that name people: score and select. Both write personal data, and say so."""

from __future__ import annotations

import os
from pathlib import Path

import click

_FILE = click.Path(path_type=Path)
_RUN = click.option(
    "--run", type=_FILE, default=Path("output/latest"), show_default=True, help="The run whose model is used."
)
_THREADS = click.option("--threads", type=click.IntRange(1), metavar="N", help="Threads to use.  [default: all]")
_QUIET = click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the file's path.")
_DEBUG = click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback when something fails.")


def _share(context: click.Context, parameter: click.Parameter, value: str) -> float:
    """Return a share such as 10% or 0.1 as a fraction of one."""
    text = value.strip()
    try:
        share = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        share = -1.0
    if not 0.0 <= share < 1.0:
        raise click.BadParameter(f"{value!r} is no share such as 10% or 0.1", context, parameter)
    return share


@click.command()
@click.argument("file", type=_FILE)
@_RUN
@click.option(
    "-o", "--output", type=_FILE, default=Path("scored.csv"), show_default=True, help="A .csv or .parquet file."
)
@_THREADS
@_QUIET
@_DEBUG
def score(file: Path, run: Path, output: Path, threads: int | None, quiet: bool) -> None:
    """Give people in a file their segment and individual index.

    FILE has the columns that the report was built from. The result holds id, segment and index: it is personal data,
    for its owner alone.
    """
    from reportgen.pipeline_score import score_file

    result = score_file(file, run, output, threads or _processors())
    if not quiet:
        for column, message in result.warnings:
            click.echo(f"warning: {column}: {message}", err=True)
        click.echo(
            f"{result.rows:,} people scored, {result.low_information:,} of them with too little data to be placed",
            err=True,
        )
        for note in result.notes:
            click.echo(note, err=True)
    click.echo(result.path)


@click.command(short_help="Choose the people of a mailing, in rank order.")
@_RUN
@click.option("--count", type=click.IntRange(1), metavar="N", help="People to write to, net of the hold-out.")
@click.option("--budget", type=click.FloatRange(0, min_open=True), metavar="X", help="Money for the pieces.")
@click.option("--segments", metavar="A,B", help="Take people of these segments only.")
@click.option("--exclude", type=_FILE, multiple=True, help="Ids that must not be written to; may be given repeatedly.")
@click.option("--holdout", callback=_share, default="0", metavar="10%", help="Share left out for comparison.")
@click.option("--include-customers", is_flag=True, help="Write to current customers as well.")
@click.option("-o", "--output", type=_FILE, required=True, help="A .csv or .parquet file for the ids.")
@_THREADS
@_QUIET
@_DEBUG
def select(
    run: Path,
    count: int | None,
    budget: float | None,
    segments: str | None,
    exclude: tuple[Path, ...],
    holdout: float,
    include_customers: bool,
    output: Path,
    threads: int | None,
    quiet: bool,
) -> None:
    """Choose the people of a mailing, in rank order.

    They come from the population of a run.

    Give a number, a budget or segments. Whoever is in a list of --exclude is left out before anything is counted;
    current customers and low-information records are left out too. Beside the ids stand the hold-out and a receipt with
    counts and hashes. The files are personal data, for their owner alone.
    """
    letters = tuple(part.strip() for part in (segments or "").split(",") if part.strip())
    if count is not None and budget is not None:
        raise click.UsageError("give either --count or --budget")
    if count is None and budget is None and not letters:
        raise click.UsageError("give --count N, --budget X or --segments A,B")
    from reportgen.pipeline_select import Wish, select_people

    wish = Wish(count, budget, letters, exclude, holdout, include_customers)
    result = select_people(run, wish, output, threads or _processors())
    if not quiet:
        people = result.receipt["people"]
        click.echo(
            f"{people['mailed']:,} people to write to, {people['holdout']:,} left out for comparison; "
            f"receipt in {result.receipt_path}",
            err=True,
        )
        for note in result.notes:
            click.echo(note, err=True)
    click.echo(result.path)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
