"""The two files of a model, checked against their hashes before anything in them is used."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.model import ARRAYS, DESCRIPTION, MODEL_VERSION, description_hash
from reportgen.errors import ModelError

MODEL_FILES = DESCRIPTION, ARRAYS


def read_checked(
    files: Mapping[str, bytes], where: str, hint: str
) -> tuple[Mapping[str, Any], Mapping[str, NDArray[Any]]]:
    """Return the description and the arrays of a model.

    Parameters
    ----------
    files
        ``model.json`` and ``arrays.npz`` by name, as ``model_files`` wrote them.
    where
        Names them in messages.
    hint
        What to do when they cannot be used.

    Raises
    ------
    ModelError
        If a file was changed after it was written, or is of another version. Nothing is ever unpickled.
    """
    text, content = (files[name] for name in MODEL_FILES)
    try:
        description = json.loads(text)
        version = description["model_version"]
        own, arrays = description.get("sha256"), description.get("arrays_sha256")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ModelError(f"{where}/{DESCRIPTION}: not a model", hint) from None
    if version != MODEL_VERSION:
        raise ModelError(
            f"{where}/{DESCRIPTION} has model version {version}; this version of reportgen reads {MODEL_VERSION}", hint
        )
    if own != description_hash(description):
        raise ModelError(f"{where}/{DESCRIPTION} was changed after it was written (its hash differs)", hint)
    if arrays != hashlib.sha256(content).hexdigest():
        raise ModelError(f"{where}/{ARRAYS} was changed after it was written (its hash differs)", hint)
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            return description, {name: stored[name] for name in stored.files}
    except (ValueError, BadZipFile) as error:
        raise ModelError(f"{where}/{ARRAYS}: not the arrays of a model ({error})", hint) from None
