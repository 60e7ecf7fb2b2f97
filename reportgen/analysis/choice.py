"""How many segments: the choice among the numbers tried."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reportgen.analysis.null_agreement import excess
from reportgen.analysis.scan import KResult


@dataclass(frozen=True)
class KChoice:
    """The chosen k, which ones are stable (the preferred one first), and the next best.

    ``passed_over`` counts numbers that were no choice because a segment would be too small to be published.
    ``merged_from`` is the number of segments before small ones were merged, None when none was; ``merged`` then
    describes the merged segments. ``kept`` says that the number is that of the issue before.
    """

    k: int
    given: bool
    stable: tuple[int, ...]
    runner_up: int | None
    results: tuple[KResult, ...]
    passed_over: int = 0
    merged_from: int | None = None
    merged: KResult | None = None
    kept: bool = False

    @property
    def selected(self) -> KResult:
        """Result of the k that was selected, before small segments were merged."""
        k = self.k if self.merged_from is None else self.merged_from
        return next(result for result in self.results if result.k == k)

    @property
    def chosen(self) -> KResult:
        """Result of the segments as published."""
        return self.merged or self.selected


def choose_k(results: Sequence[KResult], given: int | None, passed_over: Collection[int] = ()) -> KChoice:
    """Choose among the stable k the one at which segments stand out most from data without groups.

    Stable: mean adjusted Rand index at least 0.8 and every segment's mean Jaccard similarity at least 0.75, on the
    sample and on the larger one where that was clustered. Of these the one that leads most over one cloud in the same
    codes, in inertia and silhouette, so that cuts within a type, which repeat well too, are not taken for types. If no
    lead counts, nothing speaks for types: the finest cut that repeats. If no k is stable: the k whose agreement exceeds
    that of the cloud most. Never an elbow (Schubert 2023).

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
    stable = tuple(result.k for result in sorted((r for r in fit if r.stable), key=lambda r: r.preference))
    gone = len(results) - len(fit)
    if given is not None:
        best = next((k for k in stable if k != given), None)
        return KChoice(given, True, stable, best, tuple(results), gone)
    ranked = stable or tuple(result.k for result in sorted(fit, key=lambda r: (-excess(r), r.k)))
    return KChoice(ranked[0], False, stable, ranked[1] if len(ranked) > 1 else None, tuple(results), gone)
