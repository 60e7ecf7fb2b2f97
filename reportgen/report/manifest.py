"""The manifest of a run: what went in, how it was set, what came out, each file with its SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from reportgen.analysis.result_provenance import Provenance

MANIFEST_VERSION = 1


def sha256(content: bytes) -> str:
    """Return the SHA-256 of some bytes as 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def render_manifest(provenance: Provenance, outputs: Mapping[str, bytes]) -> bytes:
    """Write ``manifest.json``.

    Parameters
    ----------
    provenance
        Inputs by base name, settings, seed and versions.
    outputs
        Every other file of the run by relative path.

    Returns
    -------
    bytes
        UTF-8 JSON with keys in a fixed order and a final line feed; no absolute path, no time of day.
    """
    document = {
        "manifest_version": MANIFEST_VERSION,
        "run": provenance.run,
        "title": provenance.title,
        "data_as_of": provenance.data_as_of,
        "seed": provenance.seed,
        "quick": provenance.quick,
        "inputs": [
            {"side": source.side, "name": file.name, "size": file.size, "sha256": file.sha256}
            for source in provenance.sources
            for file in source.parts or (source,)
        ],
        "config": dict(provenance.settings),
        "versions": dict(provenance.versions),
        "outputs": {
            path: {"size": len(content), "sha256": sha256(content)} for path, content in sorted(outputs.items())
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
