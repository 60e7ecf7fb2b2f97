"""How many segments: the choice among the numbers tried, and its reason in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reportgen.analysis.null_agreement import excess
from reportgen.analysis.refits import ARI_LIMIT, JACCARD_LIMIT, Agreement
from reportgen.analysis.scan import KResult
from reportgen.analysis.suppression import LEAST
from reportgen.formatting import Formatter

_figure = Formatter().coefficient  # never "1.00" for what is not quite one


@dataclass(frozen=True)
class KChoice:
    """The chosen k, why, and the next best.

    ``merged_from`` is the number of segments before small ones were merged, None when none was; ``merged`` then
    describes the merged segments.
    """

    k: int
    reason: str
    given: bool
    runner_up: int | None
    results: tuple[KResult, ...]
    merged_from: int | None = None
    merged: KResult | None = None

    @property
    def chosen(self) -> KResult:
        """Result of the chosen k."""
        return self.merged or next(result for result in self.results if result.k == self.k)


def choose_k(results: Sequence[KResult], given: int | None, passed_over: Collection[int] = ()) -> KChoice:
    """Choose among the stable k the one at which segments stand out most from data without groups.

    Stable: mean adjusted Rand index at least 0.8 and every segment's mean Jaccard similarity at least 0.75, on the
    sample and on the larger one where that was clustered. Of these the widest gap, so that cuts within a type, which
    repeat well too, are not taken for types. If no k is stable: the k whose agreement exceeds that of a structureless
    cloud most. Never an elbow (Schubert 2023).

    Parameters
    ----------
    results
        One per k, ascending. When no k is stable, ``ari_null`` must be there for those that can exceed it most; see
        ``null_agreement``.
    given
        A k set by hand.
    passed_over
        Numbers with a segment too small to be published; they are not chosen, unless all are.
    """
    fit = [result for result in results if result.k not in passed_over] or list(results)
    stable = [result.k for result in sorted((r for r in fit if r.stable), key=lambda r: (-r.gap, r.k))]
    by_k = {result.k: result for result in results}
    if given is not None:
        best = next((k for k in stable if k != given), None)
        return KChoice(given, _given_reason(by_k[given], stable[:1]), True, best, tuple(results))
    if stable:
        runner_up = stable[1] if len(stable) > 1 else None
        reason = _stable_reason(by_k[stable[0]], stable, by_k.get(stable[0] + 1), len(fit))
        reason += _refuted_reason(fit) + _passed_over(results, fit)
        return KChoice(stable[0], reason, False, runner_up, tuple(results))
    ranked = sorted(fit, key=lambda r: (-excess(r), r.k))
    runner_up = ranked[1].k if len(ranked) > 1 else None
    reason = _fallback_reason(ranked[0]) + _refuted_reason(fit) + _passed_over(results, fit)
    return KChoice(ranked[0].k, reason, False, runner_up, tuple(results))


def _passed_over(results: Sequence[KResult], fit: Sequence[KResult]) -> str:
    """Say how many numbers were no choice because a segment would be too small to be published."""
    gone = len(results) - len(fit)
    if not gone:
        return ""
    numbers = "One more number was" if gone == 1 else f"{gone} more numbers were"
    return f" {numbers} tried and passed over, because a segment would hold fewer than {LEAST} people or customers."


def _given_reason(result: KResult, best: Sequence[int]) -> str:
    figures = (
        f"refits agree at {_figure(result.mean_ari)}, the least stable segment is found again at "
        f"{_figure(result.lowest_jaccard)}"
    )
    if result.confirmation is not None:
        figures += f" (on {result.confirmation.rows:,} rows {_figures(result.confirmation)})"
    if not best:
        alternative = "; no number of segments is stable"
    else:
        same = best[0] == result.k
        alternative = "; the data would choose it too" if same else f"; the data would choose k = {best[0]}"
    return f"k = {result.k} was set by hand: {figures}{alternative}."


def _stable_reason(result: KResult, stable: Sequence[int], above: KResult | None, tried: int) -> str:
    figures = (
        f"At k = {result.k} refits agree ({_figure(result.mean_ari)}, at least {ARI_LIMIT}) and every segment is found "
        f"again (lowest {_figure(result.lowest_jaccard)}, at least {JACCARD_LIMIT})"
    )
    if len(stable) == 1:
        figures += f"; this holds for no other of the {tried} numbers tried"
    else:
        figures += (
            f"; this holds for {len(stable)} of the {tried} numbers tried, and of these k = {result.k} stands out most "
            f"from data without groups, k = {stable[1]} next"
        )
    figures += "."
    if result.confirmation is not None:
        figures += f" On {result.confirmation.rows:,} rows the two figures are {_figures(result.confirmation)}."
    if above is None:
        return f"{figures} It is the largest number tried, so more segments might hold too."
    if above.stable:
        return f"{figures} One more would be stable too, but gains no more than a cut through a cloud would."
    if above.agreement.stable:
        return figures
    return (
        f"{figures} With one more, refits agree at {_figure(above.mean_ari)} and the least stable segment reaches "
        f"{_figure(above.lowest_jaccard)}."
    )


def _figures(found: Agreement) -> str:
    return f"{_figure(found.mean_ari)} and {_figure(found.lowest_jaccard)}"


def _refuted_reason(results: Sequence[KResult]) -> str:
    """Name the k that are stable on the sample alone."""
    return "".join(
        f" k = {result.k} meets both limits on the sample, but not on {found.rows:,} rows ({_figures(found)})."
        for result in results
        if (found := result.confirmation) is not None and result.agreement.stable and not found.stable
    )


def _fallback_reason(result: KResult) -> str:
    return (
        f"At no number of segments do refits agree well enough (mean index at least {ARI_LIMIT} and every segment at "
        f"least {JACCARD_LIMIT}). k = {result.k} is where agreement ({_figure(result.mean_ari)}) exceeds that of data "
        f"without groups ({_figure(result.ari_null or 0.0)}) most; read the segments as a way to cut the population, "
        "not as types that exist."
    )
