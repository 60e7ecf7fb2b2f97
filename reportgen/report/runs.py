"""Which run is meant: a run's own folder, ``output/latest``, or the output folder."""

from __future__ import annotations

from pathlib import Path

from reportgen.report.store import Output, OutputError

_MANIFEST = "manifest.json"


def find_run(path: Path) -> Path:
    """Return the folder of a run.

    Parameters
    ----------
    path
        A run's folder, an output folder, or ``latest`` in one; the latter is read from ``latest.json`` where the file
        system has no links.

    Raises
    ------
    OutputError
        If there is no such run.
    """
    if (path / _MANIFEST).is_file():
        return path.resolve()
    for output in (path, path.parent):
        if (output / "latest.json").is_file() and (output == path or path.name == "latest"):
            return Output(output).latest().resolve()
    if path.name == "latest" and path.parent.name:
        raise OutputError(f"{path.parent}: no report yet", "Run `reportgen build` first.")
    raise OutputError(f"{path}: not a run", "Name the folder of a run, such as output/runs/20261101-0a1b2c3d.")
