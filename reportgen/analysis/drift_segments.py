"""What changed in each segment: sizes, index with the interval of its difference, verdict, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping

from reportgen.analysis.drift_index import difference_interval
from reportgen.analysis.drift_match import Matching
from reportgen.analysis.result import Analysis
from reportgen.analysis.result_changes import SegmentShift
from reportgen.analysis.result_parts import Interval
from reportgen.analysis.result_segments import Segment
from reportgen.language import mark, say, say_marked

_NOT_BEFORE, _NOT_NOW = mark("there was no such segment before"), mark("there is no such segment any more")
_NO_INDEX = mark("one of the two indices cannot be given")


def compare_segments(
    before: Analysis, now: Analysis, matching: Matching, *, same_model: bool
) -> tuple[SegmentShift, ...]:
    """Compare segments that belong together, low-information records first, those that are no more last.

    Parameters
    ----------
    matching
        Of the placed segments, by place in the two analyses.
    same_model
        Whether the model is the same, so that only chance can move an index.
    """
    old, new = before.placed, now.placed
    ids = {former: new[place].id for place, (former, _) in matching.pairs.items()}
    relative = [ids.get(place, segment.id) for place, segment in enumerate(old)]
    shifts = (
        [_kept(before.by_id[0], now.by_id[0], 1.0, same_model=True)] if 0 in before.by_id and 0 in now.by_id else []
    )
    for place, segment in enumerate(new):
        if place in matching.pairs:
            former, similarity = matching.pairs[place]
            shifts.append(_kept(old[former], segment, similarity, same_model=same_model))
        elif place in matching.parts:
            shifts.append(_new(segment, "split", (relative[matching.parts[place]],)))
        elif place in matching.sources:
            shifts.append(_new(segment, "merged", tuple(relative[source] for source in matching.sources[place])))
        else:
            shifts.append(_new(segment, "born", ()))
    same = {former for former, _ in matching.pairs.values()}
    return (*shifts, *(_gone(segment, place, matching, new) for place, segment in enumerate(old) if place not in same))


def _kept(before: Segment, now: Segment, similarity: float, *, same_model: bool) -> SegmentShift:
    index_before, index_now = _index(before), _index(now)
    around = [_interval(segment, sampling=same_model) for segment in (before, now)]
    reasons = _reasons(now, before)
    difference, interval = None, None
    if index_before is not None and index_now is not None:
        difference = index_now - index_before
        if around[0] is not None and around[1] is not None:
            interval = difference_interval(index_before, around[0], index_now, around[1])
    if difference is None:
        reasons["difference"] = say_marked(_NO_INDEX)
    if interval is None:
        missing = say("one of the two intervals cannot be given")
        reasons["interval"] = say_marked(_NO_INDEX) if difference is None else missing
    return SegmentShift(
        id=now.id,
        letter=now.letter,
        name=now.name,
        fate="kept",
        relatives=(),
        match=similarity,
        population_before=before.population.share,
        population_now=now.population.share,
        customers_before=before.customers.share,
        customers_now=now.customers.share,
        index_before=index_before,
        index_now=index_now,
        difference=difference,
        interval=interval,
        moved=interval is not None and not interval[0] <= 0.0 <= interval[1],
        verdict_before=before.verdict,
        verdict_now=now.verdict,
        reasons=reasons,
    )


def _new(segment: Segment, fate: str, relatives: tuple[int, ...]) -> SegmentShift:
    missing = ("match", "population_before", "customers_before", "index_before", "difference", "interval")
    return SegmentShift(
        segment.id, segment.letter, segment.name, fate, relatives, None, None, segment.population.share, None,
        segment.customers.share, None, _index(segment), None, None, False, None, segment.verdict,
        dict.fromkeys((*missing, "verdict_before"), say_marked(_NOT_BEFORE)) | _reasons(segment, None),
    )  # fmt: skip


def _gone(segment: Segment, place: int, matching: Matching, new: tuple[Segment, ...]) -> SegmentShift:
    parts = tuple(new[part].id for part, old in matching.parts.items() if old == place)
    into = tuple(new[target].id for target, sources in matching.sources.items() if place in sources)
    missing = ("match", "population_now", "customers_now", "index_now", "difference", "interval", "verdict_now")
    return SegmentShift(
        segment.id, segment.letter, segment.name, "split" if parts else "merged" if into else "died", parts or into,
        None, segment.population.share, None, segment.customers.share, None, _index(segment), None, None, None, False,
        segment.verdict, None, dict.fromkeys(missing, say_marked(_NOT_NOW)) | _reasons(None, segment),
    )  # fmt: skip


def _index(segment: Segment) -> float | None:
    return segment.index if segment.id == 0 else segment.index_placed


def _interval(segment: Segment, *, sampling: bool) -> Interval | None:
    return segment.interval_sampling if sampling else segment.interval_total


def _reasons(now: Segment | None, before: Segment | None) -> dict[str, str]:
    found: dict[str, str] = {}
    for segment, suffix in ((now, "now"), (before, "before")):
        if segment is not None:
            own: Mapping[str, str] = segment.reasons
            key = "index" if segment.id == 0 else "index_placed"
            found |= {f"index_{suffix}": own[key]} if key in own else {}
            if segment.verdict is None:
                found[f"verdict_{suffix}"] = own.get("verdict", say("no verdict is given"))
    return found
