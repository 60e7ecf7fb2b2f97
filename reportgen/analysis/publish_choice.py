"""The published form of the number of segments: the scan, the choice and its reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.choice import KChoice
from reportgen.analysis.refits import ARI_LIMIT, JACCARD_LIMIT, Agreement
from reportgen.analysis.result import Choice, KRow
from reportgen.analysis.scan import KResult
from reportgen.analysis.suppression import LEAST
from reportgen.formatting import Formatter


def publish_choice(choice: KChoice, sample_rows: int, fmt: Formatter) -> Choice:
    """Give every number that was tried, the chosen one and why."""
    some = any(result.confirmation is not None for result in choice.results)
    without = "not on the short list" if some else "the population has hardly more rows than the sample"
    without = "the segments are those of the issue before" if choice.kept else without
    return Choice(
        k=choice.k,
        reason=choice_reason(choice, fmt),
        given=choice.given,
        stable=choice.stable,
        runner_up=choice.runner_up,
        passed_over=choice.passed_over,
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
        silhouette_null=result.silhouette_null,
        ari=result.mean_ari,
        ari_low=min(result.agreement.ari),
        ari_null=result.ari_null,
        jaccard=result.lowest_jaccard,
        pairs=len(result.agreement.ari),
        confirmed_rows=found.rows if found else None,
        confirmed_pairs=len(found.ari) if found else None,
        confirmed_ari=found.mean_ari if found else None,
        confirmed_jaccard=found.lowest_jaccard if found else None,
        reasons=({} if result.ari_null is not None else {"ari_null": "measured only where no number is stable"})
        | ({} if found else dict.fromkeys(confirmed, without)),
    )


def choice_reason(choice: KChoice, fmt: Formatter) -> str:
    """Say in words why the number was chosen, which is the next best and what would change."""
    if choice.kept:
        return _kept(choice, fmt)
    by_k = {result.k: result for result in choice.results}
    selected, stable = choice.selected, [by_k[k] for k in choice.stable]
    if choice.given:
        return _given(selected, stable, fmt) + _merged(choice)
    if stable:
        tried = len(choice.results) - choice.passed_over
        reason = _stable(selected, stable, by_k.get(selected.k + 1), tried, fmt)
    else:
        reason = _fallback(selected, fmt)
        if selected.k == max(by_k):
            reason += " It is the largest number tried."
    return reason + _refuted(choice.results, fmt) + _passed_over(choice.passed_over) + _merged(choice)


def _kept(choice: KChoice, fmt: Formatter) -> str:
    if choice.k == 1:
        return "There is one segment, as in the issue before."
    chosen = choice.chosen
    agreed, found = fmt.coefficient(chosen.mean_ari), fmt.coefficient(chosen.lowest_jaccard)
    return (
        f"The {choice.k} segments are those of the issue before; only people were assigned anew. On today's data "
        f"refits with this number agree at {agreed}, and the least stable segment is found again at {found}."
        + _preferred_today(choice)
    )


def _preferred_today(choice: KChoice) -> str:
    """Say so when one segment more or less would be chosen if they were built anew."""
    if not choice.stable or choice.stable[0] == choice.k:
        return ""
    return f" Built anew, there would be {choice.stable[0]}: that number is stable too, and stands out more."


def _given(chosen: KResult, stable: Sequence[KResult], fmt: Formatter) -> str:
    figures = (
        f"refits agree at {fmt.coefficient(chosen.mean_ari)}, the least stable segment is found again at "
        f"{fmt.coefficient(chosen.lowest_jaccard)}"
    )
    if chosen.confirmation is not None:
        figures += f" (on {_confirmed(chosen.confirmation, fmt)})"
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
        figures += f"; this holds for no other of the {tried} numbers tried."
    else:
        figures += f"; this holds for {len(stable)} of the {tried} numbers tried, {_preferred(chosen, stable[1], fmt)}."
    if chosen.confirmation is not None:
        figures += f" On {_confirmed(chosen.confirmation, fmt)}."
    if above is None:
        return f"{figures} It is the largest number tried, so more segments might hold too."
    if above.stable:
        return f"{figures} One more would be stable too, but stands out less."
    if above.agreement.stable:  # refuted on more rows, which is told behind
        return figures
    return (
        f"{figures} With one more, refits agree at {fmt.coefficient(above.mean_ari)} and the least stable segment "
        f"reaches {fmt.coefficient(above.lowest_jaccard)}."
    )


def _preferred(chosen: KResult, runner_up: KResult, fmt: Formatter) -> str:
    if not chosen.stands_out:
        return (
            "and at none of them do people lie noticeably closer to their own segment than in one cloud cut into the "
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


def _confirmed(found: Agreement, fmt: Formatter) -> str:
    return (
        f"{fmt.count(found.rows)} rows the two figures are {fmt.coefficient(found.mean_ari)} and "
        f"{fmt.coefficient(found.lowest_jaccard)}"
    )


def _refuted(results: Sequence[KResult], fmt: Formatter) -> str:
    """Name the k that are stable on the sample alone."""
    return "".join(
        f" k = {result.k} meets both limits on the sample, but not on {fmt.count(found.rows)} rows "
        f"({fmt.coefficient(found.mean_ari)} and {fmt.coefficient(found.lowest_jaccard)})."
        for result in results
        if (found := result.confirmation) is not None and result.agreement.stable and not found.stable
    )


def _passed_over(gone: int) -> str:
    """Say how many numbers were no choice because a segment would be too small to be published."""
    if not gone:
        return ""
    numbers = "One more number was" if gone == 1 else f"{gone} more numbers were"
    return f" {numbers} tried and passed over, because a segment would hold fewer than {LEAST} people or customers."


def _fallback(chosen: KResult, fmt: Formatter) -> str:
    return (
        f"At no number of segments do refits agree well enough (mean index at least {fmt.decimal(ARI_LIMIT, 1)} and "
        f"every segment at least {fmt.decimal(JACCARD_LIMIT, 2)}). k = {chosen.k} is where agreement "
        f"({fmt.coefficient(chosen.mean_ari)}) exceeds that of data without groups "
        f"({fmt.coefficient(chosen.ari_null or 0.0)}) most; read the segments as a way to cut the population, not as "
        "types that exist."
    )


def _merged(choice: KChoice) -> str:
    """Say that small segments were merged."""
    if choice.merged_from is None:
        return ""
    left = "one is left" if choice.k == 1 else f"{choice.k} are left"
    return (
        f" Of the {choice.merged_from} segments some would have held fewer than {LEAST} people of the population or "
        f"fewer than {LEAST} customers; these are merged into their nearest, and {left}."
    )
