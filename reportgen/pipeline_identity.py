"""What a run is made of, before anything is read: the date of its data, its name, the key of all it depends on.

Nothing heavy is imported here; see ``pipeline_unchanged``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from reportgen.cache.fingerprint import program_version
from reportgen.config import Config
from reportgen.inputs import combined_sha256, sha256_of

_HASHED_ELSEWHERE = frozenset({"inputs.population", "inputs.customers", "inputs.dictionary", "output.dir"})


def data_as_of(config: Config, newest: int, environ: Mapping[str, str]) -> str:
    """Return the date that the data describe, as ISO text.

    Parameters
    ----------
    config
        Names the date, or leaves it open.
    newest
        Modification time (s) of the newest input.
    environ
        ``SOURCE_DATE_EPOCH`` counts when the settings leave the date open.
    """
    if config.report.data_as_of is not None:
        return config.report.data_as_of.isoformat()
    epoch = environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch) if epoch.isdecimal() else newest, UTC).date().isoformat()


def run_id(
    date: str, settings: Mapping[str, Any], dictionary: str, inputs: Sequence[tuple[str, str]], version: str
) -> str:
    """Name a run by its date and a hash of inputs, settings and code version.

    Parameters
    ----------
    date
        As `data_as_of` gives it.
    settings
        As `Config.canonical` gives them.
    dictionary
        SHA-256 of the feature dictionary.
    inputs
        Side and SHA-256 of each input.
    version
        Version number of the program.
    """
    described = json.dumps([date, settings, dictionary, inputs, version], sort_keys=True)
    return f"{date.replace('-', '')}-{hashlib.sha256(described.encode()).hexdigest()[:8]}"


def build_key(
    config: Config, date: str, dictionary: str, inputs: Sequence[tuple[str, str]], line: Sequence[str] = ()
) -> str:
    """Return the hash of everything that the files of a run depend on, the program's own code included.

    Parameters
    ----------
    config, date, dictionary, inputs
        As in `run_id`.
    line
        What the run takes over from earlier issues, see ``pipeline_unchanged.Line``.
    """
    parts = [program_version(), date, config.canonical(), dictionary, inputs, list(other_files(config)), list(line)]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def other_files(settings: BaseModel, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the key of each setting that names a file or folder beside the inputs, with the hash of what it holds.

    Inputs and dictionary have hashes of their own, and the output is not read.
    """
    for name, value in settings:
        key = f"{prefix}{name}"
        if isinstance(value, BaseModel):
            yield from other_files(value, f"{key}.")
        elif isinstance(value, Path) and key not in _HASHED_ELSEWHERE:
            yield key, _content_hash(value)


def _content_hash(path: Path) -> str:
    if not path.is_dir():
        return sha256_of(path) if path.is_file() else ""
    files = sorted(file for file in path.rglob("*") if file.is_file())
    return combined_sha256([f"{file.relative_to(path).as_posix()} {sha256_of(file)}" for file in files] or [""])
