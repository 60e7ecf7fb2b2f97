"""The published form of the number of segments: the scan, the choice and its reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.choice import KChoice
from reportgen.analysis.result import Choice, KRow
from reportgen.analysis.scan import ARI_LIMIT, JACCARD_LIMIT, KResult
from reportgen.formatting import Formatter


def publish_choice(choice: KChoice, sample_rows: int, fmt: Formatter) -> Choice:
    """Give every number that was tried, the chosen one and why."""
    return Choice(
        k=choice.k,
        reason=choice_reason(choice, fmt),
        given=choice.given,
        stable=choice.stable,
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
        silhouette_null=result.silhouette_null,
        ari=result.mean_ari,
        ari_low=min(result.ari),
        ari_null=result.ari_null,
        jaccard=result.lowest_jaccard,
        pairs=len(result.ari),
        reasons={} if result.ari_null is not None else {"ari_null": "measured only when no number is stable"},
    )


def choice_reason(choice: KChoice, fmt: Formatter) -> str:
    """Say in words why the number was chosen, which is the next best and what would change."""
    by_k = {result.k: result for result in choice.results}
    chosen, stable = choice.chosen, [by_k[k] for k in choice.stable]
    if choice.given:
        return _given(chosen, stable, fmt)
    if not stable:
        return _fallback(chosen, fmt)
    return _stable(chosen, stable, by_k.get(chosen.k + 1), len(choice.results), fmt)


def _given(chosen: KResult, stable: Sequence[KResult], fmt: Formatter) -> str:
    figures = (
        f"refits agree at {fmt.coefficient(chosen.mean_ari)}, the least stable segment is found again at "
        f"{fmt.coefficient(chosen.lowest_jaccard)}"
    )
    if not stable:
        alternative = "; no number of segments is stable"
    elif stable[0].k == chosen.k:
        alternative = "; the data would choose it too"
    else:
        alternative = f"; the data would choose k = {stable[0].k}"
    return f"k = {chosen.k} was set by hand: {figures}{alternative}."


def _stable(chosen: KResult, stable: Sequence[KResult], above: KResult | None, tried: int, fmt: Formatter) -> str:
    figures = (
        f"At k = {chosen.k} refits agree ({fmt.coefficient(chosen.mean_ari)}, at least {fmt.decimal(ARI_LIMIT, 1)}) "
        f"and every segment is found again (lowest {fmt.coefficient(chosen.lowest_jaccard)}, at least "
        f"{fmt.decimal(JACCARD_LIMIT, 2)})"
    )
    if len(stable) == 1:
        figures += f"; this holds for no other of the {tried} numbers tried"
    else:
        figures += f"; this holds for {len(stable)} of the {tried} numbers tried, {_preferred(chosen, stable[1], fmt)}"
    if above is None:
        return f"{figures}. It is the largest number tried, so more segments might hold too."
    if above.stable:
        return f"{figures}. One more would be stable too, but stands out less."
    return (
        f"{figures}. With one more, refits agree at {fmt.coefficient(above.mean_ari)} and the least stable segment "
        f"reaches {fmt.coefficient(above.lowest_jaccard)}."
    )


def _preferred(chosen: KResult, runner_up: KResult, fmt: Formatter) -> str:
    if not chosen.stands_out:
        return (
            f"and at none of them do people lie noticeably closer to their own segment than in one cloud cut into the "
            f"same codes, so k = {chosen.k} is taken as the finest cut that repeats, k = {runner_up.k} next"
        )

    def against(result: KResult) -> str:
        spread = f"{fmt.share(result.inertia)} of the spread within segments against {fmt.share(result.inertia_null)}"
        return (
            f"{spread}, silhouette {fmt.coefficient(result.silhouette)} against "
            f"{fmt.coefficient(result.silhouette_null)}"
        )

    return (
        f"and of these k = {chosen.k} stands out most from one cloud cut into the same codes ({against(chosen)}), "
        f"k = {runner_up.k} next ({against(runner_up)})"
    )


def _fallback(chosen: KResult, fmt: Formatter) -> str:
    return (
        f"At no number of segments do refits agree well enough (mean index at least {fmt.decimal(ARI_LIMIT, 1)} and "
        f"every segment at least {fmt.decimal(JACCARD_LIMIT, 2)}). k = {chosen.k} is where agreement "
        f"({fmt.coefficient(chosen.mean_ari)}) exceeds that of data without groups "
        f"({fmt.coefficient(chosen.ari_null)}) most; read the segments as a way to cut the population, not as types "
        "that exist."
    )
