"""What a run is made of, before anything is read: the date of its data, its name, the key of all it depends on.

Nothing heavy is imported here; see ``pipeline_unchanged``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from reportgen.cache.fingerprint import program_version
from reportgen.config import Config


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


def build_key(config: Config, date: str, dictionary: str, inputs: Sequence[tuple[str, str]]) -> str:
    """Return the hash of everything that the files of a run depend on, the program's own code included.

    Parameters
    ----------
    config, date, dictionary, inputs
        As in `run_id`.
    """
    described = json.dumps([program_version(), date, config.canonical(), dictionary, inputs], sort_keys=True)
    return hashlib.sha256(described.encode()).hexdigest()
