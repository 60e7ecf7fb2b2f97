"""The command line: options in, one call, what to print, an exit code. The only place that prints or exits.

Heavy packages are imported inside the commands, so that ``reportgen --help`` answers at once.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from reportgen.cli_campaign import score, select
from reportgen.cli_compare import compare
from reportgen.cli_publish import EXIT_GATE, publish, verify
from reportgen.engine.children import seldom_collect
from reportgen.errors import ReportgenError
from reportgen.language import LANGUAGES

if TYPE_CHECKING:
    from reportgen.config import Config

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FILE = click.Path(path_type=Path)
_debug_option = click.option(
    "--debug", is_flag=True, expose_value=False, help="Print a traceback when something fails."
)

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="reportgen", prog_name="reportgen")
def cli() -> None:
    """Turn a company's customer file into a campaign briefing.

    Two files of coded people and a feature dictionary become segments of the population, how far customers are
    over-represented in each, and how sure that is: as HTML pages, a PDF and JSON.
    """


def _input_options(command: _Command) -> _Command:
    """Add the options that say what is read; shared by build and check."""
    options = [
        click.option("-c", "--config", type=_FILE, help="Configuration file; ./reportgen.toml when none is given."),
        click.option(
            "--population",
            type=_FILE,
            help='The whole population: a CSV, Parquet or xlsx file, a folder of parts, or a pattern ("part-*.csv").',
        ),
        click.option("--customers", type=_FILE, help="The customers, with the same columns: likewise."),
        click.option("--customer-where", metavar="COLUMN=VALUE", help="Which rows of one common file are customers."),
        click.option("--dictionary", metavar="FILE", help="Feature dictionary: a file, a folder, or the word azdias."),
        click.option("--id", "id_column", metavar="COLUMN", help="Column that identifies a person."),
        click.option("--response", type=_FILE, help="A past mailing (id, response 0 or 1) to judge the ranking on."),
        click.option("-o", "--output", type=_FILE, help="Folder for the report.  [default: output]"),
        click.option("--pdf/--no-pdf", default=None, help="Write the PDF briefing.  [default: yes]"),
        click.option("--single-file/--no-single-file", default=None, help="Write report.html.  [default: yes]"),
        click.option("--k", type=int, metavar="N", help="Number of segments.  [default: chosen by stability]"),
        click.option("--seed", type=int, metavar="N", help="Start of every random draw.  [default: 1]"),
        click.option("--quick", is_flag=True, default=None, help="Fewer repetitions: a first look, not for decisions."),
        click.option(
            "--refit", is_flag=True, default=None, help="Build segments anew; else those of the last issue stay."
        ),
        click.option("--fail-on", metavar="RULES", help='Gates, such as "drift>0.25,unknown>0.01": exit code 3.'),
        click.option("--threads", type=int, metavar="N", help="Processors to use; the result does not depend on it."),
        click.option(
            "--engine",
            metavar="local|dask",
            help="What runs the passes: threads, or a Dask cluster; the result is the same.  [default: local]",
        ),
        click.option(
            "--scheduler", metavar="ADDRESS", help="Scheduler of the Dask cluster.  [default: a cluster started here]"
        ),
        click.option("--title", help="Title of the report."),
        click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report."),
        click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the report's path."),
        click.option("-v", "--verbose", is_flag=True, help="Print the main findings too."),
        _debug_option,
    ]
    for option in reversed(options):
        command = option(command)
    return command


_FLAGS = {
    "population": "inputs.population",
    "customers": "inputs.customers",
    "customer_where": "inputs.customer_where",
    "dictionary": "inputs.dictionary",
    "id_column": "inputs.id",
    "response": "inputs.response",
    "output": "output.dir",
    "pdf": "output.pdf",
    "single_file": "output.single_file",
    "k": "analysis.k",
    "seed": "analysis.seed",
    "quick": "analysis.quick",
    "threads": "analysis.threads",
    "refit": "refresh.refit",
    "fail_on": "gates.fail_on",
    "engine": "analysis.engine",
    "scheduler": "analysis.scheduler",
    "title": "report.title",
    "lang": "report.lang",
    "cache": "output.cache",
}


def _load(config: Path | None, options: dict[str, Any]) -> Config:
    from reportgen.config import load_config

    flags = {key: options[name] for name, key in _FLAGS.items() if options.get(name) is not None}
    return load_config(config, flags, os.environ, Path.cwd())


@cli.command()
@_input_options
@click.option("--force", is_flag=True, help="Build even if nothing has changed since the latest report.")
@click.option(
    "--no-cache",
    "cache",
    flag_value=False,
    type=bool,
    default=None,
    help="Keep no coded rows and no results for the next build, and use none.",
)
@click.option("--verify-inputs", is_flag=True, help="Hash every input, even if size, time and inode are the same.")
def build(config: Path | None, quiet: bool, verbose: bool, force: bool, verify_inputs: bool, **options: Any) -> int:
    """Analyse the files and write the report.

    Segments of an earlier issue in the same folder stay as they are, people are assigned to them anew. The last line on
    stdout is the path of the report's first page. If nothing has changed since the latest report, that one stays.
    Otherwise only what depends on the change is computed anew.
    """
    settings = _load(config, options)
    from reportgen.pipeline_unchanged import unchanged_run

    latest = None if force else unchanged_run(settings, os.environ, verify_inputs=verify_inputs)
    if latest is not None:
        if not quiet:
            click.echo(f"nothing has changed since the report {latest.name}; --force builds it again", err=True)
        if verbose:
            _show_findings(latest)
        click.echo(latest / "site" / "index.html")
        return 0
    from reportgen.pipeline_children import start_children

    with start_children(settings, pdf=settings.output.pdf) as children:
        from reportgen.pipeline import build as build_report  # the children load meanwhile
        from reportgen.progress import make_progress

        with make_progress(quiet=quiet) as progress:
            result = build_report(settings, progress, verify_inputs=verify_inputs, children=children)
    if verbose:
        _show_findings(result.folder)
    for sentence in result.failed:
        click.echo(f"gate failed: {sentence}", err=True)
    click.echo(result.page)
    return EXIT_GATE if result.failed else 0


def _show_findings(run: Path) -> None:
    from reportgen.analysis.serial import from_json

    analysis = from_json((run / "analysis.json").read_text("utf-8"))
    click.echo(analysis.recommendation.sentence, err=True)
    click.echo(analysis.choice.reason, err=True)


@cli.command()
@_input_options
def check(config: Path | None, quiet: bool, verbose: bool, **options: Any) -> None:
    """Read everything as build would, and stop before the analysis.

    Configuration, dictionary and both files are read and checked. Nothing is written.
    """
    settings = _load(config, options)
    from reportgen.pipeline import check as check_inputs
    from reportgen.progress import make_progress

    with make_progress(quiet=quiet) as progress:
        table = check_inputs(settings, progress)
    if verbose:
        found_by_id = table.overlap_reason if table.overlap is None else f"{table.overlap:,}"
        click.echo(f"id column: {table.id_column or 'none, row numbers serve'}", err=True)
        click.echo(f"customers found in the population: {found_by_id}", err=True)
    found = len(table.warnings)
    click.echo(
        f"ready: {table.population.rows:,} people, {table.customers.rows:,} customers, {len(table.columns)} columns, "
        f"{found} warning{'' if found == 1 else 's'}"
    )


@cli.command()
@click.option(
    "--run", type=_FILE, default=Path("output/latest"), show_default=True, help="Folder of the run to render again."
)
@click.option("--brand", type=_FILE, help="File with a table [brand]; ./reportgen.toml when there is one.")
@click.option("--templates", type=_FILE, help="Folder with templates of your own.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Another language for the report.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors and the report's path.")
@_debug_option
def render(run: Path, brand: Path | None, templates: Path | None, lang: str | None, quiet: bool) -> None:
    """Render a run again, with another look or in another language.

    Takes the figures from the run's own analysis.json, so no data is needed and no figure changes. The pages, the
    single file and the PDF are replaced as a whole. The last line on stdout is the path of the report's first page.
    """
    from reportgen.config import load_look

    settings, folder = load_look(brand, Path.cwd())
    from reportgen.pipeline_render import render_run
    from reportgen.progress import make_progress

    with make_progress(quiet=quiet) as progress:
        rendered = render_run(run, settings, templates or folder, progress.start, lang)
    click.echo(rendered / "site" / "index.html")


@cli.command()
@click.argument("directory", type=_FILE)
@click.option(
    "--rows", type=click.IntRange(1_000), default=100_000, show_default=True, help="People in the population."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Start of every random draw.")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@_debug_option
def demo(directory: Path, rows: int, seed: int, quiet: bool) -> None:
    """Write a made-up pair of files to try things on.

    The files have the columns, codes and gaps of AZDIAS. Dictionary and configuration lie beside them; the truth they
    were drawn from is kept apart.
    """
    from reportgen.demo import write_demo

    write_demo(directory, rows, seed, None if quiet else lambda text: click.echo(text, err=True))
    click.echo(f"reportgen build -c {directory / 'reportgen.toml'}")


@cli.command()
@click.option("--population", type=_FILE, required=True, help="File of the whole population.")
@click.option("--customers", type=_FILE, help="File of the customers.")
@click.option("--customer-where", metavar="COLUMN=VALUE", help="Which rows of one common file are customers.")
@click.option("--id", "id_column", metavar="COLUMN", help="Column that identifies a person.")
@click.option("-o", "--output", type=_FILE, default=Path("reportgen.toml"), show_default=True, help="File to write.")
@_debug_option
def init(
    population: Path,
    customers: Path | None,
    customer_where: str | None,
    id_column: str | None,
    output: Path,
) -> None:
    """Write a configuration, and a dictionary guessed from the data.

    The configuration is commented, and both are good enough to build at once. Files that exist are never written over.
    """
    if (customers is None) == (customer_where is None):
        raise click.UsageError("give either --customers FILE or --customer-where COLUMN=VALUE")
    from reportgen.infer import write_init

    for path in write_init(output, population, customers, customer_where, id_column=id_column):
        click.echo(path)
    click.echo(f"Look through them, then: reportgen build -c {output}", err=True)


cli.add_command(score)
cli.add_command(select)
cli.add_command(compare)
cli.add_command(publish)
cli.add_command(verify)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with the exit code of the contract: 0, 1, 2, 3 or 130."""
    seldom_collect()
    code = _run(list(sys.argv[1:] if arguments is None else arguments))
    if arguments is None:
        _leave_at_once(code)
    sys.exit(code)


def _run(arguments: Sequence[str]) -> int:
    """Run the command line and return the exit code."""
    try:
        return int(cli.main(arguments, prog_name="reportgen", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted, nothing changed", err=True)
        return EXIT_INTERRUPTED
    except ReportgenError as error:
        _show(error, arguments)
        return EXIT_FAILED
    except Exception as error:
        _show(error, arguments)
        click.echo("  This should not happen. Run it again with --debug and report what it prints.", err=True)
        return EXIT_FAILED


def _leave_at_once(code: int) -> None:
    """End the process without freeing its memory piece by piece, which takes a third of a second after a build.

    Nor does it wait for its threads: an interrupt may have struck while this one held a lock of the import system, for
    which the one that loads packages ahead would wait for good. Folders and children are cleared away by now.
    """
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:  # whoever reads the path of the report has not got it
        code = code or EXIT_FAILED
    os._exit(code)


def _show(error: Exception, given: Sequence[str]) -> None:
    if "--debug" in given:
        traceback.print_exc()
    text = str(error) if isinstance(error, ReportgenError) else f"{type(error).__name__}: {error}"
    click.echo(f"error: {text}", err=True)
