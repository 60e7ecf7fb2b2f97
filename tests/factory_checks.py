"""Made-up results of what puts segments to the test, consistent with the made-up segments."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result_checks import NullModel, Placebo, Robustness, Variant
from reportgen.analysis.result_segments import FamilyMerge, FamilyTree, ProxyCheck, Segment

_ONE = {"silhouette_limit": "one data set, not many draws"}
_VARIANTS = (
    ("no_pca", "all encoded columns, no components", 0.97, 1.00),
    ("other_seed", "another seed and other people", 0.96, 1.01),
    ("mode_imputation", "gaps filled with the most frequent value", 0.93, 0.99),
    ("partial_distance", "distance over known values only", 0.95, 0.98),
    ("k_minus_1", "one segment less", 0.84, 0.95),
    ("k_plus_1", "one segment more", 0.89, 1.02),
)


def placebo_of() -> Placebo:
    """Return nulls under which the made-up segments are found."""
    return Placebo(
        models=(
            NullModel("data", 0.29, None, 0.93, 0.61, 1, _ONE),
            NullModel("normal", 0.21, 0.22, 0.41, 0.68, 20),
            NullModel("coded", 0.22, 0.23, 0.44, 0.67, 20),
            NullModel("independent", 0.08, None, 0.32, 0.93, 1, _ONE),
        ),
        largest=(101.0, 106.0),
        largest_median=103.0,
        smallest=(94.0, 99.0),
        smallest_median=97.0,
        draws=1000,
        sentence="If customers were anybody, the largest index of a segment would be 103 and the smallest 97.",
    )


def robustness_of(segments: Sequence[Segment]) -> Robustness:
    """Return variants of which the last one overturns the second segment."""
    placed = [segment for segment in segments if segment.id]
    variants = []
    for name, label, ari, factor in _VARIANTS:
        indices = tuple((segment.index_placed or 0.0) * factor for segment in placed)
        changed = (2,) if name == "k_plus_1" and len(placed) > 1 else ()
        leading = max(indices) if indices else None
        reasons = {} if indices else {"leading_index": "there is no segment"}
        variants.append(Variant(name, label, ari, leading, indices, changed, 20_000, "", reasons))
    label = "low-information records placed"
    lower = tuple(segment.index_bounds[0] if segment.index_bounds else None for segment in placed)
    leading = max((index for index in lower if index is not None), default=None)
    reasons = {} if leading is not None else {"leading_index": "there is no segment"}
    note = "everybody else stays"
    changed = (2,) if len(placed) > 1 and placed[1].verdict_if_placed == "under" else ()
    variants.append(Variant("low_information_placed", label, 1.0, leading, lower, changed, 90_000, note, reasons))
    absent = {"ari": "every row is placed", "leading_index": "every row is placed"}
    none = (None,) * len(placed)
    variants.append(
        Variant("threshold_lower", "row threshold 5 lower", None, None, none, (), 0, "every row is placed", absent)
    )
    return Robustness(
        variants=tuple(variants),
        tried=len(_VARIANTS) + 1,
        survives=True,
        sentence="The recommendation survives all 7 other ways to analyse.",
    )


def families_of(segments: Sequence[Segment]) -> FamilyTree:
    """Return a tree that merges segments one after the other."""
    ids = [segment.id for segment in segments if segment.id]
    merges = []
    node = ids[0] if ids else 0
    for step, other in enumerate(ids[1:]):
        merges.append(FamilyMerge(node, other, 1.0 + 0.4 * step, 1_000 * (step + 2)))
        node = len(ids) + 1 + step
    if len(ids) < 4:
        alone = tuple((i,) for i in ids)
        names = tuple(segment.name for segment in segments if segment.id)
        reasons = {"cut": "too few segments for families"}
        return FamilyTree(tuple(merges), tuple(ids), alone, names, tuple(() for _ in ids), None, reasons)
    names = ("Strong savers, older people", next(s.name for s in segments if s.id == ids[-1]))
    shared = (("strong savers", "older people"), ())
    cut = 1.0 + 0.4 * (len(ids) - 3) + 0.2
    return FamilyTree(tuple(merges), tuple(ids), (tuple(ids[:-1]), (ids[-1],)), names, shared, cut)


def proxies_of() -> tuple[ProxyCheck, ...]:
    """Return one feature that segments stand in for, and one that they do not."""
    return (
        ProxyCheck("RELIGION", "religiousness", "special", 0.34, True),
        ProxyCheck("ORIGIN", "origin guessed from the given name", "special", 0.11, False),
    )
