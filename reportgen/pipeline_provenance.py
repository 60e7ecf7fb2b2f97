"""Where a report comes from: its files, settings, versions and date, and the name of the run made of them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from reportgen.analysis.result import Provenance, SourceFile
from reportgen.config import Config
from reportgen.dictionary import FeatureDictionary
from reportgen.ingest.mailing import PastMailing
from reportgen.ingest.table import CodedTable

_DEFAULT_TITLE = "Customer segmentation"
_NAMED_VERSIONS = (
    "reportgen",
    "numpy",
    "scipy",
    "scikit-learn",
    "pandas",
    "pyarrow",
    "matplotlib",
    "jinja2",
    "babel",
    "lxml",
    "weasyprint",
)


def provenance_of(
    config: Config, dictionary: FeatureDictionary, table: CodedTable, mailing: PastMailing | None = None
) -> Provenance:
    """Return what a run is made of; the same inputs, settings and code give the same name of the run."""
    settings = config.canonical()
    data_as_of = _data_as_of(config, table)
    versions = {name: version(name) for name in _NAMED_VERSIONS}
    sides = (table.population, table.customers)
    sources = tuple(
        SourceFile(
            side.name, side.source.name, side.rows, side.source.size, side.source.sha256,
            side.source.encoding, side.source.delimiter,
        )
        for side in sides
    )  # fmt: skip
    if mailing is not None:
        sources += (SourceFile("response", mailing.file, len(mailing.hashes), mailing.size, mailing.sha256, "", ""),)
    return Provenance(
        title=config.report.title or _DEFAULT_TITLE,
        organisation=config.report.organisation or "",
        data_as_of=data_as_of,
        run=_run_id(data_as_of, settings, dictionary, sources, versions["reportgen"]),
        seed=config.analysis.seed,
        quick=config.analysis.quick,
        standard_error="nested" if table.nested else "partly nested" if table.overlap else "separate",
        id_column=table.id_column,
        dictionary=dictionary.source,
        labelled=dictionary.labelled,
        sources=sources,
        settings=dict(_flat(settings)),
        versions=versions,
    )


def _data_as_of(config: Config, table: CodedTable) -> str:
    if config.report.data_as_of is not None:
        return config.report.data_as_of.isoformat()
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    newest = max(table.population.source.modified, table.customers.source.modified)
    return datetime.fromtimestamp(int(epoch) if epoch.isdecimal() else newest, UTC).date().isoformat()


def _run_id(
    data_as_of: str,
    settings: Mapping[str, Any],
    dictionary: FeatureDictionary,
    sources: tuple[SourceFile, ...],
    code_version: str,
) -> str:
    """Name a run by its date and a hash of inputs, settings and code version."""
    inputs = [[source.side, source.sha256] for source in sources]
    described = json.dumps([data_as_of, settings, dictionary.sha256, inputs, code_version], sort_keys=True)
    return f"{data_as_of.replace('-', '')}-{hashlib.sha256(described.encode()).hexdigest()[:8]}"


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield ``table.key`` and the value as text."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", "" if value is None else str(value)
