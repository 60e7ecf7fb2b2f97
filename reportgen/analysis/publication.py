"""The one step between the analysis and anything that is rendered or written.

Whatever a report shows is in the ``Analysis`` that this step returns, so a figure that must not be published has one
place to be held back.
"""

from __future__ import annotations

from reportgen.analysis.findings import Findings
from reportgen.analysis.judgements import judge_segments
from reportgen.analysis.publish_checks import (
    publish_families,
    publish_placebo,
    publish_proxies,
    publish_robustness,
    structure_of,
    structure_sentence,
)
from reportgen.analysis.publish_choice import publish_choice
from reportgen.analysis.publish_features import publish_features
from reportgen.analysis.publish_quality import publish_quality
from reportgen.analysis.publish_segments import publish_recommendation, publish_segments
from reportgen.analysis.readings import publish_components
from reportgen.analysis.result import SCHEMA_VERSION, Analysis, Provenance, Rows
from reportgen.formatting import Formatter


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
    judgements = judge_segments(findings)
    segments = publish_segments(findings, judgements, fmt)
    structure = structure_of(findings)
    return Analysis(
        schema_version=SCHEMA_VERSION,
        provenance=provenance,
        population=Rows(table.population.rows),
        customers=Rows(table.customers.rows),
        overlap=table.overlap,
        quality=publish_quality(findings, fmt),
        components=publish_components(findings, fmt),
        choice=publish_choice(findings.choice, findings.sample_rows, fmt),
        structure=structure,
        structure_sentence=structure_sentence(findings, structure, fmt),
        segments=segments,
        families=publish_families(findings),
        features=publish_features(findings, fmt),
        proxies=publish_proxies(findings),
        recommendation=publish_recommendation(findings, segments, fmt),
        robustness=publish_robustness(findings, segments, judgements, fmt),
        placebo=publish_placebo(findings, fmt),
        reasons={} if table.overlap is not None else {"overlap": table.overlap_reason},
    )
