from __future__ import annotations

import hashlib
import json

from reportgen.analysis.result import Analysis
from reportgen.report.manifest import render_manifest


def test_manifest(analysis: Analysis) -> None:
    outputs = {"site/index.html": b"one", "analysis.json": b"{}"}
    content = render_manifest(analysis.provenance, outputs)
    found = json.loads(content)
    assert [entry["name"] for entry in found["inputs"]] == ["population.csv", "customers.csv"]
    assert list(found["outputs"]) == sorted(outputs)
    assert found["outputs"]["site/index.html"] == {"size": 3, "sha256": hashlib.sha256(b"one").hexdigest()}
    assert found["seed"] == analysis.provenance.seed
    assert found["config"] == dict(analysis.provenance.settings)
    assert b'"/' not in content
    assert content.endswith(b"}\n")
    assert render_manifest(analysis.provenance, dict(reversed(outputs.items()))) == content
