"""How many segments: the choice among the numbers tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportgen.analysis.scan import KResult


@dataclass(frozen=True)
class KChoice:
    """The chosen k, which ones are stable (the preferred one first), and the next best."""

    k: int
    given: bool
    stable: tuple[int, ...]
    runner_up: int | None
    results: tuple[KResult, ...]

    @property
    def chosen(self) -> KResult:
        """Result of the chosen k."""
        return next(result for result in self.results if result.k == self.k)


def choose_k(results: Sequence[KResult], given: int | None) -> KChoice:
    """Choose among the stable k the one at which segments stand out most from data without groups.

    Stable: mean adjusted Rand index at least 0.8 and every segment's mean Jaccard similarity at least 0.75. Of these
    the one that leads most over one cloud in the same codes, in inertia and silhouette, so that cuts within a type,
    which repeat well too, are not taken for types. If no lead counts, nothing speaks for types: the finest cut that
    repeats.
    If no k is stable: the k whose agreement exceeds that of the cloud most. Never an elbow (Schubert 2023).

    Parameters
    ----------
    results
        One per k, ascending; ``ari_null`` must be there when no k is stable.
    given
        A k set by hand.
    """
    stable = tuple(result.k for result in sorted((r for r in results if r.stable), key=lambda r: r.preference))
    if given is not None:
        best = next((k for k in stable if k != given), None)
        return KChoice(given, True, stable, best, tuple(results))
    ranked = stable or tuple(r.k for r in sorted(results, key=lambda r: (-(r.mean_ari - (r.ari_null or 0.0)), r.k)))
    return KChoice(ranked[0], False, stable, ranked[1] if len(ranked) > 1 else None, tuple(results))
