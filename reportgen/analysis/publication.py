"""The one step between the analysis and anything that is rendered or written.

Whatever a report shows is in the ``Analysis`` that this step returns, so a figure that must not be published has one
place to be held back.
"""

from __future__ import annotations

from reportgen.analysis.choice import KChoice, KResult
from reportgen.analysis.findings import Findings
from reportgen.analysis.publish_features import publish_features
from reportgen.analysis.publish_quality import publish_quality
from reportgen.analysis.publish_segments import publish_recommendation, publish_segments
from reportgen.analysis.readings import publish_components
from reportgen.analysis.result import SCHEMA_VERSION, Analysis, Choice, KRow, Provenance, Rows
from reportgen.formatting import Formatter

_NO_STRUCTURE = "whether the segments exist is not tested in this report"


def publish(findings: Findings, provenance: Provenance, fmt: Formatter) -> Analysis:
    """Make the published form of an analysis.

    Parameters
    ----------
    findings
        What was computed.
    provenance
        Title, dates, inputs, settings and versions.
    fmt
        Number formats for the sentences.
    """
    table = findings.data.table
    segments = publish_segments(findings, fmt)
    reasons = {"structure": _NO_STRUCTURE}
    if table.overlap is None:
        reasons["overlap"] = table.overlap_reason
    return Analysis(
        schema_version=SCHEMA_VERSION,
        provenance=provenance,
        population=Rows(table.population.rows),
        customers=Rows(table.customers.rows),
        overlap=table.overlap,
        quality=publish_quality(findings, fmt),
        components=publish_components(findings, fmt),
        choice=_choice(findings.choice, findings.sample_rows),
        structure=None,
        segments=segments,
        features=publish_features(findings, fmt),
        recommendation=publish_recommendation(findings, segments, fmt),
        reasons=reasons,
    )


def _choice(choice: KChoice, sample_rows: int) -> Choice:
    return Choice(
        k=choice.k,
        reason=choice.reason,
        given=choice.given,
        runner_up=choice.runner_up,
        sample_rows=sample_rows,
        scan=tuple(_row(result) for result in choice.results),
        reasons={} if choice.runner_up is not None else {"runner_up": "no other number comes near"},
    )


def _row(result: KResult) -> KRow:
    return KRow(
        k=result.k,
        inertia=result.inertia,
        inertia_null=result.inertia_null,
        silhouette=result.silhouette,
        ari=result.mean_ari,
        ari_low=min(result.ari),
        jaccard=result.lowest_jaccard,
        pairs=len(result.ari),
    )
