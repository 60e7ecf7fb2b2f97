"""A run that lies in an output folder already, read for what follows it or is compared with it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from reportgen.analysis.drift import FROZEN, OTHER, Circumstances, RunRecord, compare_runs
from reportgen.analysis.drift_counts import COUNTS_FILE, CodeCounts, read_counts
from reportgen.analysis.model_check import MODEL_FILES
from reportgen.analysis.model_reader import read_model
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import Changes
from reportgen.analysis.serial import from_json
from reportgen.durable import is_readable
from reportgen.errors import ModelError, ReportgenError
from reportgen.formatting import Formatter
from reportgen.language import LANGUAGES, SOURCE, spoken
from reportgen.pipeline_look import words_file
from reportgen.report.store import Output

LINEAGE = "lineage.json"
ASSIGNMENTS = "assignments.parquet"
MODEL = "model"
# the model as it was when the segments were built, beside that of a later issue: codes that are gone from the files of
# this issue may come back in the next
FITTED = "fitted"


@dataclass(frozen=True)
class Lineage:
    """Where a run stands among others.

    Attributes
    ----------
    key
        See ``place_key``: a run made of the same data again takes the same place.
    previous
        The issue before; empty for the first.
    model_from
        The run in which the segments were built.
    used_ids
        Every id that a segment ever had.
    """

    key: str
    previous: str
    model_from: str
    used_ids: tuple[int, ...]


@dataclass(frozen=True)
class Former:
    """The issue before, as far as it can be read; ``told`` holds its analysis by the language that it is told in."""

    record: RunRecord
    lineage: Lineage
    model_files: Mapping[str, bytes]
    told: Mapping[str, Analysis]

    def spoken(self) -> RunRecord:
        """Return it in the language spoken here, or in its own where that is not at hand."""
        return replace(self.record, analysis=self.told.get(spoken(), self.record.analysis))


def read_former(output: Output, run: str) -> Former | None:
    """Read a run of an output folder; None when it is of a version that cannot be read."""
    private = output.private / run
    try:
        lineage = _read_lineage(private / LINEAGE)
        files = {name: (_fitted(private) / name).read_bytes() for name in MODEL_FILES}
        return Former(read_record(output.runs / run, private), lineage, files, _read_told(private))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _read_told(private: Path) -> dict[str, Analysis]:
    told = {}
    for code in LANGUAGES:
        try:
            told[code] = from_json((private / words_file(code)).read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            continue  # its own language does
    return told


def read_record(run: Path, private: Path) -> RunRecord:
    """Read what two runs are compared by.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        If the analysis cannot be read. Private files that cannot be are left out.
    """
    analysis = from_json((run / "analysis.json").read_text("utf-8"))
    assignments = private / ASSIGNMENTS
    try:
        model = read_model(_fitted(private))
    except ModelError:
        model = None
    return RunRecord(analysis, code_counts(private), assignments if is_readable(assignments) else None, model)


def _fitted(private: Path) -> Path:
    """Return the folder with the model as it was when the segments were built."""
    return private / FITTED if is_readable(private / FITTED) else private / MODEL


def compare_folders(before: Path, now: Path) -> Changes:
    """Compare two finished runs.

    Parameters
    ----------
    before, now
        Folders of runs; the private folders of their output folders are used where they are there. What is said of
        them is English where that is stored.

    Raises
    ------
    ReportgenError
        If one of them is of a version that cannot be read.
    """
    records = []
    for run in (before, now):
        try:
            private = run.parent.parent / "private" / run.name
            if not is_readable(private):
                private = run / "private"  # which never is there: what is closed to us is not at hand
            record = read_record(run, private)
            records.append(replace(record, analysis=_read_told(private).get(SOURCE, record.analysis)))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ReportgenError(f"{run}: analysis.json cannot be read ({error})", "Build the report again.") from None
    models = [record.model.fingerprint for record in records if record.model is not None]
    same = len(models) == 2 and models[0] == models[1]
    return compare_runs(records[0], records[1], Formatter(SOURCE), Circumstances(model=FROZEN if same else OTHER))


def code_counts(private: Path) -> dict[str, CodeCounts] | None:
    """Read how often each code occurred in a run; None where that is not kept or cannot be read."""
    try:
        return read_counts((private / COUNTS_FILE).read_bytes())
    except (OSError, ValueError):
        return None


def _read_lineage(path: Path) -> Lineage:
    told = json.loads(path.read_text("utf-8"))
    return Lineage(told["key"], told["previous"], told["model_from"], tuple(told["used_ids"]))
