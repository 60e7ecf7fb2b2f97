"""Where a report comes from: its files, settings, versions and date, and the name of the run made of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from reportgen.analysis.result_provenance import Provenance, SourceFile, SourcePart
from reportgen.cache.fingerprint import package_versions
from reportgen.config import Config
from reportgen.dictionary import FeatureDictionary
from reportgen.ingest.mailing import PastMailing
from reportgen.ingest.table import CodedTable, Side
from reportgen.language import say
from reportgen.pipeline_identity import build_key, data_as_of, run_id
from reportgen.pipeline_unchanged import BuildRecord, Line
from reportgen.report.manifest import sha256


def provenance_of(
    config: Config, dictionary: FeatureDictionary, table: CodedTable, mailing: PastMailing | None = None
) -> Provenance:
    """Return what a run is made of; the same inputs, settings and code give the same name of the run."""
    settings = config.canonical()
    date, versions = date_of(config, table), package_versions()
    sources = tuple(_source_file(side) for side in (table.population, table.customers))
    if mailing is not None:
        sources += (
            SourceFile("response", mailing.file, len(mailing.hashes), mailing.size, mailing.sha256, "", "", parts=()),
        )
    return Provenance(
        title=config.report.title or say("Customer segmentation"),
        organisation=config.report.organisation or "",
        data_as_of=date,
        run=run_id(date, settings, dictionary.sha256, _hashes(table), versions["reportgen"]),
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


def record_of(
    config: Config,
    dictionary: FeatureDictionary,
    table: CodedTable,
    manifest: bytes,
    private: Mapping[str, bytes | Path],
    line: Line,
) -> BuildRecord:
    """Return how a run was made, so that a later build can tell whether it would make the same one.

    Parameters
    ----------
    config, dictionary, table
        What went in.
    manifest
        Content of the run's manifest.
    private
        Its private files, by relative path; a path stands for a file.
    line
        What it takes over from earlier issues.
    """
    files = {seen.path: seen for side in (table.population, table.customers) for seen in side.source.files}
    return BuildRecord(
        build_key(config, date_of(config, table), dictionary.sha256, _hashes(table), line.parts),
        tuple(files.values()),
        sha256(manifest),
        {
            name: content.stat().st_size if isinstance(content, Path) else len(content)
            for name, content in private.items()
        },
        line.previous,
        line.before,
    )


def date_of(config: Config, table: CodedTable) -> str:
    """Return the date that the data describe, as ISO text."""
    newest = max(table.population.source.modified, table.customers.source.modified)
    return data_as_of(config, newest, os.environ)


def _hashes(table: CodedTable) -> list[tuple[str, str]]:
    return [(side.name, side.source.sha256) for side in (table.population, table.customers)]


def _source_file(side: Side) -> SourceFile:
    source = side.source
    files = f" ({len(source.parts)} file{'' if len(source.parts) == 1 else 's'})" if source.parts else ""
    return SourceFile(
        side.name, f"{source.name}{files}", side.rows, source.size, source.sha256, source.encoding, source.delimiter,
        tuple(SourcePart(part.name, part.rows, part.size, part.sha256) for part in source.parts),
    )  # fmt: skip


def _flat(settings: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield ``table.key`` and the value as text."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{key}.")
        elif isinstance(value, bool):
            yield f"{prefix}{key}", str(value).lower()  # as the config file writes it
        else:
            yield f"{prefix}{key}", "" if value is None else str(value)
