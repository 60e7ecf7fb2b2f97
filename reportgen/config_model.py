"""Every setting of a run: its type, default, limits and meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from reportgen.config_analysis import AnalysisSettings, Segments
from reportgen.config_campaign import Campaign
from reportgen.config_gates import Gates, Refresh
from reportgen.config_inputs import Inputs
from reportgen.config_look import Brand, Output, Report
from reportgen.config_table import Table


class Config(Table):
    """All settings of one run, checked.

    Attributes
    ----------
    inputs, output, report, analysis, segments, refresh, gates, brand, campaign
        One table each; relative paths have been resolved.
    """

    inputs: Inputs
    output: Output = Output()
    report: Report = Report()
    analysis: AnalysisSettings = AnalysisSettings()
    segments: Segments = Segments()
    refresh: Refresh = Refresh()
    gates: Gates = Gates()
    brand: Brand = Brand()
    campaign: Campaign = Campaign()

    def canonical(self) -> dict[str, Any]:
        """Return the settings that can change a report, ready for JSON, for the hash and the manifest.

        Paths are base names. The output folder, the cache, the number of threads and the engine are left out: the same
        report results from any of them.
        """
        without = {"output": {"dir", "cache"}, "analysis": {"threads", "engine", "scheduler", "blocks"}}
        content = self.model_dump(mode="json", exclude=without)
        for table, model in (("inputs", self.inputs), ("report", self.report), ("brand", self.brand)):
            for key, path in model:
                if isinstance(path, Path):
                    content[table][key] = path.name
        look = [path for _, path in (*self.brand, *self.report) if isinstance(path, Path)]
        if look:
            content["look_sha256"] = _sha256_of_all(look)
        if self.inputs.response is not None:
            content["response_sha256"] = _sha256_of_all([self.inputs.response])
        return content


def _sha256_of_all(paths: Iterable[Path]) -> str:
    """Hash the content of files and of all files in folders; one that is not there counts as empty."""
    found = hashlib.sha256()
    for path in paths:
        below = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in below:
            found.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
    return found.hexdigest()


def config_fields() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key as ``table.key`` with its declaration, in the order of the file."""
    for table, declared in Config.model_fields.items():
        model = declared.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        for name, info in model.model_fields.items():
            yield f"{table}.{name}", info


def allowed_values(info: FieldInfo) -> str:
    """Return in words which values a key takes."""
    extra = info.json_schema_extra
    return str(extra["allowed"]) if isinstance(extra, dict) else ""
