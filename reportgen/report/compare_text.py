"""The comparison of two runs as plain text, for a terminal."""

from __future__ import annotations

from reportgen.analysis.result_changes import Changes, FeatureShift, SegmentShift
from reportgen.formatting import NOT_GIVEN, Formatter

_MOST_FEATURES = 10


def compare_text(changes: Changes, fmt: Formatter) -> str:
    """Return the main figures of a comparison in lines of text."""
    before, now = changes.before, changes.now
    lines = [
        f"{before.run} ({before.data_as_of}) and {now.run} ({now.data_as_of})",
        f"people      {fmt.count(changes.population_before)} -> {fmt.count(changes.population_now)}",
        f"customers   {fmt.count(changes.customers_before)} -> {fmt.count(changes.customers_now)}",
        *changes.alarms,
        *changes.notes,
        *changes.recommendation,
        "",
        f"{'segment':34s}{'population':>16s}{'customers':>16s}{'index':>12s}  difference",
        *(_segment(shift, fmt) for shift in changes.segments),
    ]
    drifted = sorted(changes.features, key=lambda feature: (-max(_psi(feature)), feature.name))[:_MOST_FEATURES]
    if drifted:
        lines += ["", f"{'feature':44s}{'PSI':>8s}{'chance':>8s}{'customers':>11s}{'chance':>8s}"]
        lines += [_feature(feature, fmt) for feature in drifted]
    migration = changes.migration
    if migration is None:
        lines += ["", f"who moved: {changes.reasons.get('migration', 'cannot be told')}"]
    elif migration.stayed is None:
        lines += ["", f"who moved: not told ({migration.reasons['stayed']})"]
    else:
        lines += ["", f"who moved: {fmt.share(1 - migration.stayed)} of {fmt.count(migration.common)} people in both"]
    return "\n".join(line.rstrip() for line in lines)


def _psi(feature: FeatureShift) -> tuple[float, ...]:
    return tuple(0.0 if shift is None else shift.psi for shift in (feature.population, feature.customers))


def _feature(feature: FeatureShift, fmt: Formatter) -> str:
    shifts = (feature.population, feature.customers)
    both = [
        f"{NOT_GIVEN:>{width}s}{'':8s}" if shift is None else f"{shift.psi:{width}.3f}{shift.noise:8.3f}"
        for shift, width in zip(shifts, (8, 11), strict=True)
    ]
    alarm = "  alarm" if any(shift is not None and shift.alarm for shift in shifts) else ""
    return f"{fmt.shortened(feature.label, 42):44s}{''.join(both)}{alarm}"


def _segment(shift: SegmentShift, fmt: Formatter) -> str:
    name = fmt.shortened(f"{shift.letter} {shift.name}", 32)
    sizes = [
        f"{_share(first, fmt)} -> {_share(second, fmt)}"
        for first, second in (
            (shift.population_before, shift.population_now), (shift.customers_before, shift.customers_now),
        )
    ]  # fmt: skip
    index = f"{fmt.index(shift.index_before)} -> {fmt.index(shift.index_now)}"
    difference = "" if shift.difference is None else f"{shift.difference:+.0f}"
    if shift.interval is not None:
        difference += f" ({shift.interval[0]:.0f} to {shift.interval[1]:.0f})"
    fate = "" if shift.fate == "kept" else shift.fate
    return f"{name:34s}{sizes[0]:>16s}{sizes[1]:>16s}{index:>12s}  {difference or fate}"


def _share(value: float | None, fmt: Formatter) -> str:
    return NOT_GIVEN if value is None else fmt.share(value).replace("\u00a0", "")
