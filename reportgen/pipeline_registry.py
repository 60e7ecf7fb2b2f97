"""The names of segments from issue to issue, as files that a run leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from reportgen.pipeline_refresh import Outcome, Plan
from reportgen.pipeline_unchanged import Line, manifest_sha256
from reportgen.report.registry import REGISTRY, Entry, render_registry
from reportgen.report.store import Output


def line_of(output: Output, plan: Plan, outcome: Outcome) -> Line:
    """Return what a run takes over from earlier issues, as a later build will find it."""
    registry = hashlib.sha256(render_registry(outcome.registry)).hexdigest()
    previous = plan.former.record.analysis.provenance.run if plan.former else ""
    return Line(registry, previous, manifest_sha256(output, previous))


def keep_registry(output: Output, plan: Plan, registry: Mapping[int, Entry]) -> str:
    """Write ``segments.toml``; names of segments that are gone with their runs are put aside, not lost.

    Returns
    -------
    str
        Name of the file to which they were put aside; empty when they were not.
    """
    path, content, aside = output.directory / REGISTRY, render_registry(registry), ""
    if path.exists() and not plan.registry and path.read_bytes() != content:
        places = (path.with_suffix(f".toml.old{number}") for number in ("", *range(2, 10_000)))
        place = next(place for place in places if not place.exists())
        path.replace(place)
        aside = place.name
    output.replace_file(REGISTRY, content)
    return aside
