"""A finished run by the path that a command was given, and the private folder that belongs to it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportgen.report.store import RUN_ID, Output, OutputError


@dataclass(frozen=True)
class RunFolder:
    """One run.

    Attributes
    ----------
    output
        The output folder that holds it.
    run
        Its id.
    """

    output: Output
    run: str

    @property
    def folder(self) -> Path:
        """The public folder of the run."""
        return self.output.runs / self.run

    @property
    def private(self) -> Path:
        """The private folder of the run."""
        return self.output.private / self.run

    @property
    def model(self) -> Path:
        """The folder of its model."""
        return self.private / "model"

    def manifest(self) -> dict[str, Any]:
        """Read the manifest.

        Raises
        ------
        OutputError
            If it cannot be read.
        """
        file = self.folder / "manifest.json"
        try:
            manifest: dict[str, Any] = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise OutputError(f"{file}: not readable ({error})", "Run `reportgen build` again.") from None
        return manifest


def find_run(path: Path) -> RunFolder:
    """Find a run: ``output/latest``, ``output``, or ``output/runs/<id>``.

    ``latest`` need not exist as a link; ``latest.json`` beside it is asked first.

    Raises
    ------
    OutputError
        If there is no run.
    """
    if path.name == "latest" or (path / "latest.json").is_file():
        output = Output(path.parent if path.name == "latest" else path)
        return RunFolder(output, output.latest().name)
    folder = path.resolve()
    if RUN_ID.fullmatch(folder.name) and folder.parent.name == "runs" and folder.is_dir():
        return RunFolder(Output(path.parent.parent if path.name == folder.name else folder.parent.parent), folder.name)
    raise OutputError(
        f"{path}: not a run", "Name a folder such as output/latest or output/runs/20250131-0a1b2c3d with --run."
    )
