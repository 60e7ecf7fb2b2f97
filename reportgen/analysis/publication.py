"""The one step between the analysis and anything that is rendered or written.

Whatever a report shows is in the ``Analysis`` that this step returns, so a figure that must not be published has one
place to be held back.
"""

from __future__ import annotations

from reportgen.analysis.choice import KChoice
from reportgen.analysis.description import describe
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
from reportgen.analysis.publish_families import publish_families
from reportgen.analysis.publish_features import publish_features
from reportgen.analysis.publish_quality import publish_quality
from reportgen.analysis.publish_segments import publish_recommendation, publish_segments
from reportgen.analysis.readings import publish_components
from reportgen.analysis.result import NO_CHANGES, SCHEMA_VERSION, Analysis, Choice, KRow, Provenance, Rows
from reportgen.analysis.scan import KResult
from reportgen.analysis.suppression import FEW, published_overlap
from reportgen.analysis.suppression_campaign import campaign_log
from reportgen.analysis.suppression_log import suppression_log
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
    told = describe(findings)
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
        choice=_choice(findings.choice, findings.sample_rows, kept=findings.agreement is not None),
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
        reasons={"changes": NO_CHANGES}
        | ({} if overlap is not None else {"overlap": table.overlap_reason or FEW})
        | ({} if structure is not None else {"structure": "there is one segment only"}),
    )


def _choice(choice: KChoice, sample_rows: int, *, kept: bool) -> Choice:
    some = any(result.confirmation is not None for result in choice.results)
    without = "not on the short list" if some else "the population has hardly more rows than the sample"
    without = "the segments are those of the issue before" if kept else without
    return Choice(
        k=choice.k,
        reason=choice.reason,
        given=choice.given,
        runner_up=choice.runner_up,
        merged_from=choice.merged_from,
        sample_rows=sample_rows,
        scan=tuple(_row(result, without) for result in choice.results),
        reasons=({} if choice.runner_up is not None else {"runner_up": "no other number comes near"})
        | ({} if choice.merged_from is not None else {"merged_from": "no segment was too small"}),
    )


def _row(result: KResult, without: str) -> KRow:
    found = result.confirmation
    confirmed = ("confirmed_rows", "confirmed_pairs", "confirmed_ari", "confirmed_jaccard")
    return KRow(
        k=result.k,
        inertia=result.inertia,
        inertia_null=result.inertia_null,
        silhouette=result.silhouette,
        ari=result.mean_ari,
        ari_low=min(result.agreement.ari),
        jaccard=result.lowest_jaccard,
        pairs=len(result.agreement.ari),
        confirmed_rows=found.rows if found else None,
        confirmed_pairs=len(found.ari) if found else None,
        confirmed_ari=found.mean_ari if found else None,
        confirmed_jaccard=found.lowest_jaccard if found else None,
        reasons={} if found else dict.fromkeys(confirmed, without),
    )
