"""The command that compares two runs."""

from __future__ import annotations

from pathlib import Path

import click

_RUN = click.Path(path_type=Path)


@click.command()
@click.argument("first", metavar="RUN_A", type=_RUN)
@click.argument("second", metavar="RUN_B", type=_RUN)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, in the form of analysis.json.")
@click.option("--debug", is_flag=True, expose_value=False, help="Print a traceback when something fails.")
def compare(first: Path, second: Path, as_json: bool) -> None:
    """Say what changed between two runs.

    The same figures as the chapter on changes: drift of features, sizes and indices of segments, who moved. RUN_A is
    the earlier one. What lies in the private folders beside the runs is used where it is there.
    """
    from reportgen.analysis.serial import plain_record
    from reportgen.formatting import Formatter
    from reportgen.pipeline_former import compare_folders
    from reportgen.report.runs import find_run

    changes = compare_folders(find_run(first), find_run(second))
    if as_json:
        import json

        click.echo(json.dumps(plain_record(changes), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        from reportgen.report.compare_text import compare_text

        click.echo(compare_text(changes, Formatter("en")))
