"""The one step between the analysis and anything that is rendered or written.

Whatever a report shows is in the ``Analysis`` that this step returns, so a figure that must not be published has one
place to be held back.
"""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.description import Description, describe
from reportgen.analysis.findings import Findings
from reportgen.analysis.judgements import judge_segments
from reportgen.analysis.publish_campaign import publish_campaign
from reportgen.analysis.publish_checks import (
    publish_placebo,
    publish_proxies,
    publish_robustness,
    structure_of,
    structure_sentence,
)
from reportgen.analysis.publish_choice import publish_choice
from reportgen.analysis.publish_families import publish_families
from reportgen.analysis.publish_features import publish_features
from reportgen.analysis.publish_quality import publish_quality
from reportgen.analysis.publish_recommendation import publish_recommendation
from reportgen.analysis.publish_segments import publish_segments
from reportgen.analysis.readings import publish_components
from reportgen.analysis.result import NO_CHANGES, SCHEMA_VERSION, Analysis
from reportgen.analysis.result_provenance import Provenance
from reportgen.analysis.result_quality import Rows
from reportgen.analysis.suppression import few_people, published_overlap
from reportgen.analysis.suppression_campaign import campaign_log
from reportgen.analysis.suppression_log import suppression_log
from reportgen.formatting import Formatter
from reportgen.language import LANGUAGES, said_again, say, say_marked, speaking

LANGUAGE_SETTING = "report.lang"


def publish(findings: Findings, provenance: Provenance, fmt: Formatter, told: Description | None = None) -> Analysis:
    """Make the published form of an analysis.

    Parameters
    ----------
    findings
        What was computed.
    provenance
        Title, dates, inputs, settings and versions.
    fmt
        Number formats for the sentences.
    told
        What may be said, as ``describe`` finds it; found here when it is not given.
    """
    table = findings.data.table
    judgements = judge_segments(findings)
    told = told or describe(findings)
    quality = publish_quality(findings, told.released, fmt)
    segments = publish_segments(findings, told, judgements, fmt)
    structure = structure_of(findings)
    overlap = published_overlap(table)
    campaign = publish_campaign(findings, {segment.id: segment.letter for segment in segments}, fmt)
    return Analysis(
        schema_version=SCHEMA_VERSION,
        provenance=provenance,
        population=Rows(table.population.rows),
        customers=Rows(table.customers.rows),
        overlap=overlap,
        quality=quality,
        components=publish_components(findings, fmt),
        choice=publish_choice(findings.choice, findings.sample_rows, fmt),
        structure=structure,
        structure_sentence=structure_sentence(findings, structure, fmt),
        segments=segments,
        families=publish_families(findings, told, segments),
        features=publish_features(findings, told.released, fmt),
        proxies=publish_proxies(findings, told),
        standard_features=tuple(column.name for column in findings.checks.standard_features),
        recommendation=publish_recommendation(findings, segments, fmt),
        robustness=publish_robustness(findings, segments, judgements),
        placebo=publish_placebo(findings, fmt),
        suppression=(*suppression_log(findings, told.released, quality), *campaign_log(findings, campaign)),
        campaign=campaign,
        reasons={"changes": say_marked(NO_CHANGES)}
        | ({} if overlap is not None else {"overlap": table.overlap_reason or few_people()})
        | ({} if structure is not None else {"structure": say("there is one segment only")}),
    )


def publish_in_all_languages(findings: Findings, provenance: Provenance) -> dict[str, Analysis]:
    """Make the published form in every language that a report speaks; only words differ.

    Parameters
    ----------
    findings, provenance
        As for ``publish``.

    Returns
    -------
    dict
        By code of the language.
    """
    told, published = describe(findings), {}
    for code in LANGUAGES:
        with speaking(code):
            published[code] = said_again(publish(findings, in_language(provenance, code), Formatter(), told))
    return published


def in_language(provenance: Provenance, code: str) -> Provenance:
    """Return where a report comes from as the report of another language says it."""
    return replace(provenance, settings={**provenance.settings, LANGUAGE_SETTING: code})
