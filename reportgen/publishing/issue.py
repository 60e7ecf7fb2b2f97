"""An issue: the public part of one run, ready to be published, and what is known of it afterwards."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reportgen.analysis.publication import LANGUAGE_SETTING
from reportgen.durable import is_readable
from reportgen.language import LANGUAGES, SOURCE
from reportgen.publishing.checks import Pages, check_hashes, check_links, check_requests, check_size
from reportgen.publishing.holding import (
    MANIFEST,
    Fault,
    PublishError,
    Stamp,
    parse_manifest,
    read_files,
    stamps_of,
)
from reportgen.publishing.rows import People, check_rows

ISSUE = re.compile(r"\d{8}-[0-9a-f]{8}(-\d+)?")
_SITE = "site/"
_ANALYSIS = "analysis.json"
_ASSIGNMENTS = "assignments.parquet"


@dataclass(frozen=True)
class Issue:
    """What a published issue tells about itself.

    Attributes
    ----------
    run
        Name of the run.
    title, organisation, data_as_of, headline
        What stands on its first page; ``data_as_of`` is an ISO date.
    population, customers
        People on each side.
    id_column
        Name of the column that identifies people, never its values; empty when there is none.
    gates
        The gates that failed, in words.
    published
        When it was published first, ISO 8601 in UTC.
    fingerprint
        SHA-256 of the stamps of all its files: the same for the same content.
    pdf
        Whether it holds the briefing.
    language
        What it speaks; English where an older version did not tell.
    """

    run: str
    title: str
    organisation: str
    data_as_of: str
    headline: str
    population: int
    customers: int
    id_column: str
    gates: tuple[str, ...]
    published: str
    fingerprint: str
    pdf: bool
    language: str = SOURCE


@dataclass(frozen=True)
class Bundle:
    """The public files of a run.

    Attributes
    ----------
    issue
        What the issue will tell; ``published`` is empty.
    manifest
        The manifest of the run.
    site
        Content of the site by path relative to the issue's folder.
    faults
        What is wrong with them.
    """

    issue: Issue
    manifest: Mapping[str, Any]
    site: Mapping[str, bytes]
    faults: tuple[Fault, ...]

    def files(self, published: datetime) -> dict[str, bytes]:
        """Return the files of the issue, the manifest last."""
        issue = {**vars(self.issue), "published": timestamp(published)}
        return {**self.site, MANIFEST: render_issue_manifest(self.manifest, self.site, issue)}


def timestamp(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_bundle(run: Path) -> Bundle:
    """Read the public files of a run and check them.

    Only ``manifest.json``, ``analysis.json`` and ``site/`` are read; the private folder is looked at to make sure that
    no id stands in a public file.

    Raises
    ------
    PublishError
        If the folder is no finished run.
    """
    manifest, analysis = read_run(run)
    files, faults = read_files(run, below=("site",))
    promised = stamps_of(manifest)
    analysis_file = {_ANALYSIS: (run / _ANALYSIS).read_bytes()}
    faults.extend(check_hashes(analysis_file, {_ANALYSIS: promised.get(_ANALYSIS, Stamp(0, ""))}))
    faults.extend(check_hashes(files, {path: stamp for path, stamp in promised.items() if path.startswith(_SITE)}))
    site = {path.removeprefix(_SITE): content for path, content in sorted(files.items())}
    issue = _issue(manifest, analysis, site)
    pages = Pages(site)
    faults.extend([*check_links(pages), *check_requests(pages), *check_size(site)])
    faults.extend(check_rows(site, people_of(analysis, private_assignments(run, issue.run))))
    return Bundle(issue, manifest, site, tuple(faults))


def read_run(run: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Read manifest and analysis of a run.

    Raises
    ------
    PublishError
        If one of them is missing or unreadable.
    """
    try:
        manifest = parse_manifest((run / MANIFEST).read_bytes(), str(run / MANIFEST))
        analysis = json.loads((run / _ANALYSIS).read_bytes())
        people_of(analysis, None)
    except FileNotFoundError as error:
        raise PublishError(
            f"{run}: not a finished run ({error.filename} is missing)", "Name the folder of a run with --run."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PublishError(f"{run}: not readable ({error})", "Build the report again.") from None
    return manifest, dict(analysis)


def people_of(analysis: Mapping[str, Any], assignments: Path | None) -> People:
    """Return whose rows an analysis was made of."""
    rows = (int(analysis["population"]["rows"]), int(analysis["customers"]["rows"]))
    return People(rows, str(analysis["provenance"]["id_column"]), assignments)


def private_assignments(folder: Path, run: str) -> Path | None:
    """Return the assignments of a run that lies in its output folder, where they are at hand."""
    path = folder.resolve().parent.parent / "private" / run / _ASSIGNMENTS
    return path if is_readable(path) else None


def _issue(manifest: Mapping[str, Any], analysis: Mapping[str, Any], site: Mapping[str, bytes]) -> Issue:
    provenance = analysis["provenance"]
    return Issue(
        run=str(manifest["run"]),
        title=str(provenance["title"]),
        organisation=str(provenance["organisation"]),
        data_as_of=str(provenance["data_as_of"]),
        headline=str(analysis["recommendation"]["sentence"]),
        population=int(analysis["population"]["rows"]),
        customers=int(analysis["customers"]["rows"]),
        id_column=str(provenance["id_column"]),
        gates=tuple(str(gate["sentence"]) for gate in analysis.get("gates") or () if gate.get("failed")),
        published="",
        fingerprint=fingerprint({path: Stamp.of(content) for path, content in site.items()}),
        pdf="briefing.pdf" in site,
        language=_language(provenance.get("settings") or {}),
    )


def _language(settings: Mapping[str, Any]) -> str:
    """Return what a report speaks; English where it does not tell, or speaks what this version cannot."""
    told = str(settings.get(LANGUAGE_SETTING, SOURCE))
    return told if told in LANGUAGES else SOURCE


def fingerprint(stamps: Mapping[str, Stamp]) -> str:
    """Return one hash of all files."""
    told = json.dumps({path: [stamp.size, stamp.sha256] for path, stamp in sorted(stamps.items())})
    return hashlib.sha256(told.encode()).hexdigest()


def render_issue_manifest(manifest: Mapping[str, Any], site: Mapping[str, bytes], issue: Mapping[str, Any]) -> bytes:
    """Write the manifest of an issue: that of the run, with the files that are there, and what the issue tells."""
    document = {
        **{key: value for key, value in manifest.items() if key != "outputs"},
        "issue": dict(issue),
        "outputs": {path: vars(Stamp.of(content)) for path, content in sorted(site.items())},
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read_issue(content: bytes, where: str) -> Issue:
    """Read what an issue tells from its manifest.

    Raises
    ------
    PublishError
        If it is no manifest of an issue.
    """
    document = parse_manifest(content, where)
    try:
        told = dict(document["issue"])
        told["gates"] = tuple(told["gates"])
        told["language"] = _language({LANGUAGE_SETTING: told.get("language", SOURCE)})
        return Issue(**told)
    except (KeyError, TypeError) as error:
        raise PublishError(f"{where}: not the manifest of a published issue ({error})") from None
