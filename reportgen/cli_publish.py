"""The commands that bring runs to readers: ``publish`` and ``verify``."""

from __future__ import annotations

import json
import os
from contextlib import closing
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from reportgen.publishing.publish import Published
    from reportgen.publishing.verify import Verification

EXIT_FAULTS = 1
EXIT_GATE = 3
_debug_option = click.option(
    "--debug", is_flag=True, expose_value=False, help="Print a traceback when something fails."
)
_run_option = click.option(
    "--run",
    type=click.Path(path_type=Path),
    default=Path("output/latest"),
    show_default=True,
    help="Folder of the run.",
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")


@click.command()
@click.argument("destination", metavar="DEST")
@_run_option
@click.option("--keep", type=click.IntRange(1), metavar="N", help="Keep only the newest N issues.  [default: all]")
@click.option("--force", is_flag=True, help="Publish although a gate failed.")
@_json_option
@_debug_option
def publish(destination: str, run: Path, keep: int | None, force: bool, as_json: bool) -> int:
    """Publish a run where people read it.

    DEST is a folder, a mounted share, or an address such as s3://bucket/reports, sftp://host/srv/reports or
    webdavs://host/reports. Each issue gets a folder of its own that never changes; DEST/latest/ leads to the newest.
    Private files are never copied. Exit code 3: published although a gate failed.
    """
    from reportgen.publishing.destination import open_destination
    from reportgen.publishing.issue import read_bundle
    from reportgen.publishing.publish import publish as publish_bundle
    from reportgen.report.runs import find_run

    bundle = read_bundle(find_run(run))
    with closing(open_destination(destination)) as place:
        done = publish_bundle(bundle, place, now=_now(), keep=keep, force=force)
    click.echo(json.dumps(asdict(done), indent=2) if as_json else _told(done))
    return EXIT_GATE if done.failed else 0


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), UTC) if epoch.isdecimal() else datetime.now(UTC)


def _told(done: Published) -> str:
    what = f"published: {done.files} files" if done.new else "already there"
    lines = [f"issue {done.issue} {what}, {done.size / 1e6:.1f} MB; {len(done.issues)} in all"]
    if done.issue != done.issues[0]:
        lines.append(f"readers are led to it again; {done.issues[0]} is newer and stays in the archive")
    lines += [f"mended: {path} was gone or had changed" for path in done.mended]
    lines += [f"removed: {name}" for name in done.removed]
    lines += [f"waved through: {reason}" for reason in done.failed]
    return "\n".join([*lines, done.page])


@click.command()
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
@_json_option
@_debug_option
def verify(directory: Path, as_json: bool) -> int:
    """Check a run, an issue, or all that was published.

    Every file against its SHA-256, every link, no request to elsewhere, no data of single people, sizes within budget.
    Exit code 1 when anything is wrong.
    """
    from reportgen.publishing.verify import verify as verify_folder
    from reportgen.report.runs import find_run

    is_output = (directory / "latest.json").is_file() or (directory.name == "latest" and not directory.is_dir())
    outcome = verify_folder(find_run(directory) if is_output else directory)
    click.echo(json.dumps(_as_plain(outcome), indent=2) if as_json else _verdict(outcome))
    return EXIT_FAULTS if outcome.faults else 0


def _as_plain(outcome: Verification) -> dict[str, object]:
    from reportgen.publishing.verify import CHECKS

    checks = {check: outcome.count(check) for check in CHECKS}
    return {"passed": not outcome.faults, **asdict(outcome), "checks": checks}


def _verdict(outcome: Verification) -> str:
    from reportgen.publishing.verify import CHECKS

    lines = [f"{outcome.kind} {' '.join(outcome.names)}: {outcome.files} files, {outcome.size / 1e6:.1f} MB"]
    for check in CHECKS:
        found = outcome.count(check)
        lines.append(f"{check:9s} {'passed' if not found else f'{found} fault' + ('s' if found > 1 else '')}")
        lines += [f"  {fault.path}: {fault.message}" for fault in outcome.faults if fault.check == check]
    return "\n".join(lines)
