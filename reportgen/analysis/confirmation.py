"""Whether a number of segments that is stable on the sample is stable on many more rows too."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from reportgen.analysis.points import Points
from reportgen.analysis.refits import draw_refits, measure_agreement
from reportgen.analysis.scan import KResult
from reportgen.engine.local import LocalEngine

ENOUGH = 2  # times the rows of the sample: fewer are hardly more than the sample itself
_STREAM = 0xC0F  # of the random generator


def confirm(
    engine: LocalEngine,
    large: Points,
    results: Sequence[KResult],
    seed: int,
    pairs: int,
    passed_over: Collection[int] = (),
) -> tuple[KResult, ...]:
    """Cluster bootstrap samples of a larger sample, of which the sample is a part, for the k on the short list.

    The short list are the k with the most refits. Limits and reference segments are those of the sample; all is applied
    to the rows of the larger one. If none of the stable k is confirmed, the others follow one by one, widest gap first,
    until one is.

    Parameters
    ----------
    large
        The larger sample in the kept components.
    results
        One per k.
    pairs
        Bootstrap pairs for each.
    passed_over
        Numbers that cannot be chosen, see ``choose_k``; they are not clustered again unless all are.
    """
    by_k = {result.k: result for result in results}
    fit = [result.k for result in results if result.k not in passed_over] or list(by_k)

    def look(ks: Sequence[int]) -> None:
        refits = draw_refits(engine, large, dict.fromkeys(ks, range(2 * pairs)), (seed, _STREAM))
        for k in ks:
            found = measure_agreement(large.nearest(by_k[k].fit.centroids), refits[k])
            by_k[k] = replace(by_k[k], confirmation=found)

    most = max(len(by_k[k].refits) for k in fit)
    look([k for k in fit if len(by_k[k].refits) == most])
    while not any(by_k[k].confirmation is not None and by_k[k].stable for k in fit):
        left = [by_k[k] for k in fit if by_k[k].stable and by_k[k].confirmation is None]
        if not left:
            break
        look([min(left, key=lambda result: (-result.gap, result.k)).k])
    return tuple(by_k[result.k] for result in results)
