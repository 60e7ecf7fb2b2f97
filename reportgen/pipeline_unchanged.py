"""Whether a build would give the run that is there already, found out without reading a row.

Beside the personal data of a run lies the record of how it was made: the key of everything that its files depend on,
and the inputs as they were. Only inputs that look changed are hashed again, and nothing heavy is imported, so the
answer comes at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from reportgen.config import Config
from reportgen.dictionary_languages import read_in_all_languages
from reportgen.inputs import SeenFile, Stamp, combined_sha256, hash_files, parts_of, sha256_of
from reportgen.pipeline_identity import build_key, data_as_of
from reportgen.pipeline_workplace import remove_abandoned
from reportgen.report.registry import REGISTRY
from reportgen.report.store import Output, OutputError

RECORD = "build.json"
_RECORD_VERSION = 2


@dataclass(frozen=True)
class Line:
    """What a run takes over from earlier issues.

    Attributes
    ----------
    registry
        SHA-256 of ``segments.toml`` as the run leaves it; empty when there is none.
    previous, before
        Name of the issue before and the SHA-256 of its manifest; empty for the first issue.
    """

    registry: str
    previous: str = ""
    before: str = ""

    @property
    def parts(self) -> list[str]:
        """What goes into the key of a build."""
        return [self.registry, self.previous, self.before]


def manifest_sha256(output: Output, run: str) -> str:
    """Return the SHA-256 of a run's manifest; empty when the run is not there."""
    manifest = output.runs / run / "manifest.json"
    return sha256_of(manifest) if run and manifest.is_file() else ""


def line_now(output: Output, record: BuildRecord) -> Line:
    """Return what a build would take over that takes the place of a run.

    An issue before that was removed since counts as it was: a build without it would start a new line of issues, which
    nobody means who removes an old one.
    """
    registry = output.directory / REGISTRY
    before = manifest_sha256(output, record.previous) or record.before
    return Line(sha256_of(registry) if registry.is_file() else "", record.previous, before)


@dataclass(frozen=True)
class BuildRecord:
    """How a run was made.

    Attributes
    ----------
    key
        Of everything that its files depend on; see `reportgen.pipeline_identity.build_key`.
    inputs
        The input files as they were.
    manifest
        SHA-256 of the run's manifest, which holds that of every other public file.
    private
        Size in bytes of every other private file, by relative path.
    previous, before
        The issue before and the SHA-256 of its manifest, see `Line`.
    """

    key: str
    inputs: tuple[SeenFile, ...]
    manifest: str
    private: Mapping[str, int]
    previous: str
    before: str

    def to_json(self) -> bytes:
        """Write the record down."""
        return (json.dumps({"record_version": _RECORD_VERSION, **asdict(self)}, indent=1) + "\n").encode()


def read_record(private: Path) -> BuildRecord | None:
    """Read the record in a run's private folder; None when there is none that this version can read."""
    try:
        told = json.loads((private / RECORD).read_bytes())
        if told["record_version"] != _RECORD_VERSION:
            return None
        inputs = tuple(
            SeenFile(seen["path"], Stamp(**seen["stamp"]), seen["sha256"], seen["seen_ns"]) for seen in told["inputs"]
        )
        return BuildRecord(
            told["key"], inputs, told["manifest"], dict(told["private"]), told["previous"], told["before"]
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def known_inputs(output: Output) -> tuple[SeenFile, ...]:
    """Return the input files of the latest run as they were."""
    try:
        record = read_record(output.private / output.latest().name)
    except OutputError:
        return ()
    return record.inputs if record else ()


def unchanged_run(config: Config, environ: Mapping[str, str], *, verify_inputs: bool = False) -> Path | None:
    """Return the folder of the latest run if a build would make the same one.

    What killed builds left is removed then, as a build would have done.

    Parameters
    ----------
    config
        Settings of the build.
    environ
        Environment variables.
    verify_inputs
        Hash every input, even if size, time and inode say that it is the same.

    Returns
    -------
    Path or None
        None if anything differs, if a file of the run is missing or damaged, or if there is no run.

    Raises
    ------
    ReportgenError
        If the dictionary or an input cannot be used, as `build` would say.
    """
    output = Output(config.output.dir)
    try:
        folder = output.latest()
    except OutputError:
        return None
    private = output.private / folder.name
    record = read_record(private)
    if record is None:
        return None
    try:
        seen = _inputs(config, record.inputs, always=verify_inputs)
    except OSError:
        return None  # the build says what is wrong
    newest = max(file.stamp.mtime_ns for files in seen.values() for file in files) // 10**9
    hashes = [(side, combined_sha256([file.sha256 for file in files])) for side, files in seen.items()]
    dictionary = read_in_all_languages(config.inputs.dictionary).sha256
    date, line = data_as_of(config, newest, environ), line_now(output, record)
    # the segments that a refit made stay: the next build without it has nothing new to say about the same data
    kept = config.model_copy(update={"refresh": config.refresh.model_copy(update={"refit": True})})
    if all(record.key != build_key(made, date, dictionary, hashes, line.parts) for made in (config, kept)):
        return None
    if not _is_whole(folder, private, record):
        return None
    with suppress(OSError):  # a folder that cannot be written is no reason to build
        remove_abandoned(output)
    return folder


def _inputs(config: Config, known: Sequence[SeenFile], *, always: bool) -> dict[str, tuple[SeenFile, ...]]:
    """Return the files of both sides; one file that holds both counts for both."""
    population = hash_files(parts_of(config.inputs.population), known, always=always)
    if config.inputs.customers is None:
        return {"population": population, "customers": population}
    return {
        "population": population,
        "customers": hash_files(parts_of(config.inputs.customers), known, always=always),
    }


def _is_whole(folder: Path, private: Path, record: BuildRecord) -> bool:
    """Tell whether every file of a run is as it was written: the public ones by hash, the private ones by size."""
    try:
        manifest = folder / "manifest.json"
        if sha256_of(manifest) != record.manifest:
            return False
        told = json.loads(manifest.read_bytes())["outputs"]
        return all(sha256_of(folder / path) == output["sha256"] for path, output in told.items()) and all(
            (private / path).stat().st_size == size for path, size in record.private.items()
        )
    except OSError:
        return False
