"""The published form of what put the segments to the test."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reportgen.analysis.association import cramers_v
from reportgen.analysis.description import Description
from reportgen.analysis.findings import Findings
from reportgen.analysis.judgements import Judgement
from reportgen.analysis.low_information import PLACED
from reportgen.analysis.publish_segments import FIRM
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.result_checks import NullModel, Placebo, Robustness, Variant
from reportgen.analysis.result_segments import ProxyCheck, Segment
from reportgen.analysis.structure import NullFit, classify, silhouette_limit
from reportgen.analysis.suppression import LEAST, held_back
from reportgen.dictionary import Sensitivity
from reportgen.formatting import Formatter
from reportgen.language import mark, say, say_marked, say_n

PROXY_LIMIT = 0.3
_LABELS = {
    "no_pca": mark("all encoded columns, no components"),
    "with_pca": mark("components instead of all encoded columns"),
    "other_seed": mark("another seed and other people"),
    "threshold_lower": mark("row threshold 5 lower"),
    "threshold_higher": mark("row threshold 5 higher"),
    "mode_imputation": mark("gaps filled with the most frequent value"),
    "partial_distance": mark("distance over known values only"),
    "complete_rows": mark("rows without filled gaps only"),
    "k_minus_1": mark("one segment less"),
    "k_plus_1": mark("one segment more"),
    PLACED: mark("low-information records placed"),
}


def structure_of(findings: Findings) -> str | None:
    """Say whether the segments are found, reproducible or constructed; None when there is a single one."""
    if findings.k == 1:
        return None
    chosen, checks = findings.choice.chosen, findings.checks
    return classify(chosen.weakest_ari, chosen.silhouette, (checks.nulls.normal, checks.nulls.coded))


def structure_sentence(findings: Findings, structure: str | None, fmt: Formatter) -> str:
    """Put the structure into one sentence with its figures."""
    if structure is None:
        return say(
            "Everybody is one segment: those that were built would have held fewer than {least} people of the "
            "population or fewer than {least} customers, and were merged until one was left.",
            least=LEAST,
        )
    chosen, checks = findings.choice.chosen, findings.checks
    ari, silhouette = fmt.coefficient(chosen.weakest_ari), fmt.coefficient(chosen.silhouette)
    limit = fmt.coefficient(silhouette_limit((checks.nulls.normal, checks.nulls.coded)))
    if structure == "found":
        return say(
            "The segments are found in the data: refits agree ({ari}), and people lie closer to their own segment "
            "(silhouette {silhouette}) than in one cloud without groups that is cut into the same codes (up to "
            "{limit}).",
            ari=ari,
            silhouette=silhouette,
            limit=limit,
        )
    if structure == "reproducible":
        return say(
            "The segments can be reproduced (refits agree at {ari}), but people lie hardly closer to their own segment "
            "(silhouette {silhouette}) than in one cloud without groups that is cut into the same codes (up to "
            "{limit}): the segments divide a continuum in a firm way and are not types that are known to exist.",
            ari=ari,
            silhouette=silhouette,
            limit=limit,
        )
    return say(
        "The segments are constructed: refits do not agree (adjusted Rand index {ari}), so another sample would be cut "
        "in another way.",
        ari=ari,
    )


def publish_placebo(findings: Findings, fmt: Formatter) -> Placebo:
    """Set the data beside data without groups, and the indices beside those of random customers."""
    checks, chosen = findings.checks, findings.choice.chosen
    one = {"silhouette_limit": say("one data set, not many draws")}
    models = (
        NullModel("data", chosen.silhouette, None, chosen.mean_ari, chosen.inertia, 1, one),
        _null_model("normal", checks.nulls.normal),
        _null_model("coded", checks.nulls.coded),
        _null_model("independent", checks.nulls.independent),
    )
    if checks.chance is None:
        empty = say("there are no people on one side")
        reasons = dict.fromkeys(("largest", "largest_median", "smallest", "smallest_median"), empty)
        return Placebo(models, None, None, None, None, 0, say("Chance indices cannot be given."), reasons)
    largest, smallest = checks.chance.largest, checks.chance.smallest
    sentence = say(
        "If customers were anybody, the largest index of a segment would be {largest} and the smallest {smallest} "
        "(95 % of draws: up to {high}, down to {low}).",
        largest=fmt.index(largest.median),
        smallest=fmt.index(smallest.median),
        high=fmt.index(largest.high),
        low=fmt.index(smallest.low),
    )
    return Placebo(
        models=models,
        largest=(largest.low, largest.high),
        largest_median=largest.median,
        smallest=(smallest.low, smallest.high),
        smallest_median=smallest.median,
        draws=checks.chance.draws,
        sentence=sentence,
    )


def _null_model(name: str, null: NullFit) -> NullModel:
    draws = len(null.silhouettes)
    limit = null.silhouette_limit if draws > 1 else None
    reasons = {} if limit is not None else {"silhouette_limit": say("one permuted sample, not many draws")}
    return NullModel(name, float(null.silhouettes.mean()), limit, null.ari, null.inertia, draws, reasons)


def publish_robustness(findings: Findings, segments: Sequence[Segment], judgements: Sequence[Judgement]) -> Robustness:
    """List the variants with the segments whose verdict would change, and say whether the recommendation survives."""
    leading = max((s for s in segments if s.id), key=lambda s: s.index_placed or 0.0)
    variants = tuple(
        _variant(findings, position, findings.numbers([leading.id])[0], judgements)
        for position in range(len(findings.checks.sensitivity))
    )
    placed = zip((s for s in segments if s.id), judgements, strict=True)
    firm = [s.id for s, judged in placed if s.badge in FIRM and judged.before == "over"]
    sentence, survives = _survival(variants, firm, {s.id: s.letter for s in segments})
    reasons = {} if survives is not None else {"survives": say("there is no recommendation to survive")}
    tried = sum(variant.ari is not None for variant in variants)
    return Robustness(variants, tried, survives, sentence, reasons)


def _variant(findings: Findings, position: int, leading: int, judgements: Sequence[Judgement]) -> Variant:
    run = findings.checks.sensitivity[position]
    indices = tuple(None if index is None else float(round(index)) for index in run.indices)
    index = indices[leading - 1] if run.ari is not None else None
    reasons = {} if run.ari is not None else {"ari": run.note or say("not run")}
    if index is None:
        reasons["leading_index"] = (
            run.note if run.ari is None and run.note else say("the variant does not hold the segment")
        )
    return Variant(
        name=run.name,
        label=say_marked(_LABELS[run.name]),
        ari=run.ari,
        leading_index=index,
        indices=indices,
        changed=tuple(s for s, judged in zip(findings.ids, judgements, strict=True) if position in judged.changed_by),
        rows=round(run.rows, -1),
        note=run.note,
        reasons=reasons,
    )


def _survival(variants: Sequence[Variant], write_to: Sequence[int], letters: dict[int, str]) -> tuple[str, bool | None]:
    tried = [variant for variant in variants if variant.ari is not None]
    if not write_to:
        return say(
            "There is no recommendation that {number} other ways to analyse could overturn.", number=len(tried)
        ), None
    lost = {segment: [v.label for v in tried if segment in v.changed] for segment in write_to}
    lost = {segment: labels for segment, labels in lost.items() if labels}
    if not lost:
        return say("The recommendation survives all {number} other ways to analyse.", number=len(tried)), True
    told = "; ".join(
        say("segment {letter} ({way})", letter=letters[segment], way=labels[0]) for segment, labels in lost.items()
    )
    return say_n(
        len(lost),
        "Not every segment survives the {number} other ways to analyse: {segments}. It counts as inconclusive.",
        "Not every segment survives the {number} other ways to analyse: {segments}. These count as inconclusive.",
        number=len(tried),
        segments=told,
    ), False


def publish_proxies(findings: Findings, told: Description) -> tuple[ProxyCheck, ...]:
    """Say how much the segments tell of each sensitive feature, largest V first."""
    checks = []
    for position, column in enumerate(findings.data.table.columns):
        feature = column.feature
        if feature.sensitivity is Sensitivity.ORDINARY:
            continue
        v, reasons = _tied(told.released.get(position)), {}
        if v is None:
            reasons = {"cramers_v": held_back()}
        checks.append(
            ProxyCheck(feature.name, feature.label, feature.sensitivity, v, (v or 0.0) >= PROXY_LIMIT, reasons)
        )
    return tuple(sorted(checks, key=lambda check: (-(check.cramers_v or 0.0), check.name)))


def _tied(released: ReleasedColumn | None) -> float | None:
    """Return Cramér's V of a column with segments 1..k from what is published of it; None when that is too little."""
    if released is None:
        return 0.0
    if released.table is None or not released.table.given:
        return None
    column = released.column
    shown = column.level_of >= 0
    counts = np.zeros((len(released.by_segment) - 1, len(column.levels)))
    np.add.at(counts.T, column.level_of[shown], released.by_segment[1:, shown].T)
    return cramers_v(counts) if counts.sum() else 0.0
