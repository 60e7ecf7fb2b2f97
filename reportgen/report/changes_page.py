"""What is new? The issue beside the one before, and the last issues in a row."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.result import Segment
from reportgen.analysis.result_changes import Changes, FeatureShift, SegmentShift, Shift
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table

_MOST_FEATURES = 20
_MOST_NAMED, _MOST_PRINTED_NOTES, _MOST_PRINTED_SEGMENTS = 3, 5, 6
_MOST_CODES = 15
_A_LINE = 90  # characters that the first page has room for in print
_LEAST_GAP = 0.01  # rise or fall of a share of missing values
_LEAST_PSI = 0.0005  # printed to three places
_MODELS = {
    "frozen": "The segments are those of the issue before: the same borders, and everybody assigned anew.",
    "refitted": "The segments were built anew and carry the letters of the former ones where they are the same.",
    "other": "The two runs need not follow each other; segments are matched where they are the same.",
}
_FATES = {"kept": "", "born": "new", "split": "from a split", "merged": "merged", "died": "no more"}


def changes_page(desk: Desk) -> Page | None:
    """Return the chapter; None for the first issue, which has nothing to be compared with."""
    changes = desk.analysis.changes
    if changes is None:
        return None
    sections = [_overview(desk, changes), _segments(desk, changes), *_details(desk, changes)]
    before = changes.before
    return Page(
        id="changes",
        file="changes.html",
        kicker="Changes",
        question="What is new?",
        heading=_heading(changes),
        lead=(
            f"Compared with issue {before.issue}, data as of {desk.fmt.day(before.data_as_of)}. "
            f"{_MODELS[changes.model]}",
            *changes.recommendation,
        ),
        sections=tuple(section for section in sections if section is not None),
        href=desk.page("changes"),
    )


def changed_notes(desk: Desk) -> tuple[str, ...]:
    """Return what the first page says about changes, alarms first; empty for the first issue. Paper has a line."""
    changes = desk.analysis.changes
    if changes is None:
        return ()
    notes = (*changes.alarms, *changes.recommendation[:1], *changes.notes)[:4]
    if not desk.is_print:
        return notes
    fitting = [at for at in range(1, len(notes) + 1) if len(" ".join(notes[:at])) <= _A_LINE]
    return notes[: max(fitting, default=1)]


def since_last_issue(desk: Desk, segment: Segment) -> tuple[str, ...]:
    """Return how a segment moved since the last issue, for its own page; empty for the first issue and on paper."""
    changes = desk.analysis.changes
    shift = next((s for s in changes.segments if s.id == segment.id), None) if changes else None
    if changes is None or shift is None or desk.is_print:  # on paper the table of the chapter says it
        return ()
    fmt = desk.fmt
    if shift.fate != "kept":
        words = {"born": "It is new", "split": "It is part of a segment that has split", "merged": "It was merged"}
        return (f"{words.get(shift.fate, 'It is new')} since issue {changes.before.issue}.",)
    sizes = fmt.share(shift.population_before), fmt.share(shift.population_now)
    size = f"stayed at {sizes[1]}" if sizes[0] == sizes[1] else f"went from {sizes[0]} to {sizes[1]}"
    sentence = f"Since issue {changes.before.issue} its share of the population {size}"
    if shift.difference is None:
        return (f"{sentence}.",)
    index = fmt.index(shift.index_before), fmt.index(shift.index_now)
    moved = "by more than chance" if shift.moved else "not by more than chance"
    if index[0] == index[1]:
        return (f"{sentence}, and its index stayed at {index[1]}.",)
    return (f"{sentence}, and its index from {index[0]} to {index[1]}, {moved}.",)


def _heading(changes: Changes) -> str:
    if changes.alarms:
        return changes.alarms[0]
    return changes.notes[0]


def _overview(desk: Desk, changes: Changes) -> Section:
    fmt = desk.fmt
    facts = [
        Fact("People now", fmt.count(changes.population_now), f"before: {fmt.count(changes.population_before)}"),
        Fact("Customers now", fmt.count(changes.customers_now), f"before: {fmt.count(changes.customers_before)}"),
    ]
    if changes.segment_shift is not None:
        shift = changes.segment_shift
        facts.append(
            Fact("Shift of segment sizes", _psi(desk, shift), f"chance alone: up to {fmt.decimal(shift.noise, 3)}")
        )
    if changes.agreement is not None:
        facts.append(Fact("Trial refit agrees at", fmt.coefficient(changes.agreement), "1 is the same, 0 is chance"))
    notes = [note for note in dict.fromkeys((*changes.alarms, *changes.notes)) if note != _heading(changes)]
    return Section(
        id="changes-overview",
        title="In short",
        facts=tuple(facts),
        bullets=tuple(notes[: _MOST_PRINTED_NOTES if desk.is_print else None]),
    )


def _segments(desk: Desk, changes: Changes) -> Section:
    columns = (
        Column("Segment", "text", 26), Column("Population before", "number", 11), Column("now", "number", 8),
        Column("Customers before", "number", 11), Column("now", "number", 8), Column("Index before", "number", 9),
        Column("now", "number", 7), Column("Difference (interval)", "number", 14), Column("Notes", "text", 14),
    )  # fmt: skip
    how = "chance alone" if changes.model == "frozen" else "chance and how firmly the segments stand"
    shifts, more = _printed(changes.segments) if desk.is_print else (changes.segments, 0)
    left_out = f" {desk.fmt.quantity(more, 'other', 'others')} moved less and are on the site." if more else ""
    table = Table(
        id="changes-segments",
        caption="The segments that moved most, before and now" if more else "Every segment before and now",
        columns=columns,
        stack=True,
        rows=tuple(_segment_row(desk, shift) for shift in shifts),
        note=(
            f"Differences are taken before rounding. Their interval (95\u00a0%) counts {how}; one that leaves out zero "
            "is printed strong. It is that of files without common people: with many of them it is wider than need be."
            f"{left_out}"
        ),
    )
    return Section(id="changes-segments-section", title="Segments", tables=(table,))


def _printed(shifts: Sequence[SegmentShift]) -> tuple[list[SegmentShift], int]:
    """Return the segments that paper has room for, in their order, and how many others there are.

    First those that came or went, then those that moved beyond chance, then by how far the index moved.
    """
    ranked = sorted(shifts, key=lambda s: (s.fate == "kept", not s.moved, -abs(s.difference or 0.0)))
    chosen = {shift.id for shift in ranked[:_MOST_PRINTED_SEGMENTS]}
    return [shift for shift in shifts if shift.id in chosen], len(shifts) - len(chosen)


def _segment_row(desk: Desk, shift: SegmentShift) -> Row:
    fmt = desk.fmt
    difference = NOT_GIVEN
    if shift.difference is not None:
        difference = fmt.decimal(shift.difference, 0)
        difference = f"+{difference}" if round(shift.difference) > 0 else difference
    around = NOT_GIVEN if shift.interval is None else " to ".join(fmt.decimal(end, 0) for end in shift.interval)
    return Row(
        (
            Cell(f"{shift.letter}\u2002{desk.label(shift.name, 40)}"),
            Cell(fmt.share_in_table(shift.population_before)),
            Cell(fmt.share_in_table(shift.population_now)),
            Cell(fmt.share_in_table(shift.customers_before)),
            Cell(fmt.share_in_table(shift.customers_now)),
            Cell(fmt.index(shift.index_before)),
            Cell(fmt.index(shift.index_now)),
            Cell(difference, small=around, tone="strong" if shift.moved else ""),
            Cell(_segment_note(desk, shift)),
        ),
        tone="apart" if shift.id == 0 else "quiet" if shift.population_now is None else "",
    )


def _segment_note(desk: Desk, shift: SegmentShift) -> str:
    assert desk.analysis.changes is not None
    letters = {other.id: other.letter for other in desk.analysis.changes.segments}
    relatives = desk.fmt.words([letters.get(i, str(i)) for i in shift.relatives])
    if shift.fate == "kept":
        if shift.verdict_before != shift.verdict_now and shift.verdict_before and shift.verdict_now:
            return f"{shift.verdict_now}, was {shift.verdict_before}"
        return "" if shift.match in (None, 1.0) else f"matches at {desk.fmt.coefficient(shift.match)}"
    words = {"split": f"into {relatives}" if shift.population_now is None else f"split off from {relatives}",
             "merged": f"into {relatives}" if shift.population_now is None else f"made of {relatives}"}  # fmt: skip
    return words.get(shift.fate, _FATES[shift.fate])


def _details(desk: Desk, changes: Changes) -> tuple[Section | None, ...]:
    """Return people, features, codes and history; on paper a few sentences, since the chapter keeps to a page."""
    if not desk.is_print:
        return _people(desk, changes), _features(desk, changes), _codes(desk, changes), _history(desk)
    text = (_moved(desk, changes), *_features_in_words(desk, changes), _codes_in_words(desk, changes))
    return (Section(id="changes-details", title="People, features, codes", text=text),)


def _people(desk: Desk, changes: Changes) -> Section:
    return Section(id="changes-people", title="Who moved", text=(_moved(desk, changes),), figures=desk.figures("flow"))


def _moved(desk: Desk, changes: Changes) -> str:
    migration, fmt = changes.migration, desk.fmt
    if migration is None:
        return f"Who moved cannot be told: {changes.reasons.get('migration', 'people cannot be found again')}."
    common = f"About {fmt.count(migration.common)} people are in both issues; "
    if migration.stayed is None:
        moved = f"how many are in another segment than before is not told ({migration.reasons['stayed']})."
    elif migration.stayed == 1.0:
        moved = "every one of them is in the same segment as before."
    else:
        moved = f"{fmt.share(migration.stayed)} of them are in the same segment as before."
    return common + moved


def _features(desk: Desk, changes: Changes) -> Section | None:
    rows = [feature for feature in changes.features if feature.population is not None][:_MOST_FEATURES]
    if not rows:
        return None
    columns = (
        Column("Feature", "text", 34), Column("Population", "number", 13), Column("Chance alone", "number", 13),
        Column("Customers", "number", 13), Column("Since the segments were built", "number", 15),
        Column("Judged", "text", 12),
    )  # fmt: skip
    table = Table(
        id="changes-features",
        caption="How far distributions moved, the largest first",
        columns=columns,
        rows=tuple(_feature_row(desk, feature) for feature in rows),
        note="Population stability index: 0 is no change, 0.25 and more than chance an alarm (adjusted over features). "
        "Missing values count as a level.",
        csv=desk.csv("drift"),
    )
    return Section(id="changes-features-section", title="Features", figures=desk.figures("drift"), tables=(table,))


def _features_in_words(desk: Desk, changes: Changes) -> tuple[str, ...]:
    """Say how many features moved and which of them most, where chart and table would take a page."""
    known = [(feature, feature.population) for feature in changes.features if feature.population is not None]
    if not known:
        return ()
    beyond = sum(shift.p_holm <= 0.05 for _, shift in known)
    most = [f"{feature.label} ({_psi(desk, shift)})" for feature, shift in known[:_MOST_NAMED]]
    return (
        f"{desk.fmt.count(beyond) if beyond else 'None'} of {desk.fmt.count(len(known))} features moved by more than "
        f"chance in the population. Population stability index of those that moved most: {desk.fmt.words(most)}; 0 is "
        "no change, 0.25 and more than chance an alarm.",
    )


def _feature_row(desk: Desk, feature: FeatureShift) -> Row:
    shifts = (feature.population, feature.customers, feature.since_fit)
    alarm = any(shift is not None and shift.alarm for shift in shifts)
    beyond = any(shift is not None and shift.p_holm <= 0.05 for shift in shifts)
    noise = NOT_GIVEN if feature.population is None else desk.fmt.decimal(feature.population.noise, 3)
    cells = [_psi(desk, shift) for shift in shifts]
    return Row(
        (
            Cell(desk.label(feature.label, 46), small=feature.name),
            Cell(cells[0]),
            Cell(noise),
            Cell(cells[1]),
            Cell(cells[2]),
            Cell("alarm" if alarm else "beyond chance" if beyond else "", tone="over" if alarm else ""),
        )
    )


def _psi(desk: Desk, shift: Shift | None) -> str:
    if shift is None:
        return NOT_GIVEN
    return desk.fmt.decimal(shift.psi, 3) if shift.psi >= _LEAST_PSI else f"< {desk.fmt.decimal(2 * _LEAST_PSI, 3)}"


def _codes(desk: Desk, changes: Changes) -> Section | None:
    """List features with codes that came or went, or whose gaps grew or shrank."""
    worth = [feature for feature in changes.features if _weight(feature) > (0, 0, _LEAST_GAP)]
    if not worth:
        return Section(id="changes-codes", title="Codes and gaps", text=(_codes_in_words(desk, changes),))
    ranked = sorted(worth, key=_weight, reverse=True)
    columns = (
        Column("Feature", "text", 30), Column("New codes", "code", 14), Column("Vanished codes", "code", 14),
        Column("Rare ones", "number", 10), Column("Missing before", "number", 11), Column("now", "number", 9),
    )  # fmt: skip
    table = Table(
        id="changes-codes-table",
        caption="Codes that came or went, and missing values of the population",
        columns=columns,
        rows=tuple(_code_row(desk, feature) for feature in ranked[:_MOST_CODES]),
        note="Rare ones: codes of fewer than ten people that came or went. "
        f"At most {_MOST_CODES} features are shown; all are in analysis.json.",
    )
    return Section(id="changes-codes", title="Codes and gaps", tables=(table,))


def _codes_in_words(desk: Desk, changes: Changes) -> str:
    """Say in how many features codes came or went or gaps moved; rare codes are no news."""
    came = sum(_codes_of(feature) > 0 for feature in changes.features)
    gaps = sum(_gap(feature) > _LEAST_GAP for feature in changes.features)
    whose = " of ten people or more" if any(feature.rare_codes for feature in changes.features) else ""
    codes = f"Codes{whose} came or went in {desk.fmt.quantity(came, 'feature', 'features')}"
    if not came:
        codes = f"No code{whose} came or went"
    if not gaps:
        return f"{codes}, and no share of missing values changed by a hundredth."
    moved = desk.fmt.quantity(gaps, "feature", "features")
    return f"{codes}, and the share of missing values changed by a hundredth or more in {moved}."


def _weight(feature: FeatureShift) -> tuple[int, int, float]:
    """Order by codes that came or went, rare ones, and how much the gaps changed."""
    return _codes_of(feature), feature.rare_codes, _gap(feature)


def _codes_of(feature: FeatureShift) -> int:
    return len(feature.new_codes) + len(feature.vanished_codes)


def _gap(feature: FeatureShift) -> float:
    return max(abs(feature.missing_rise or 0.0), abs(feature.customers_missing_rise or 0.0))


def _code_row(desk: Desk, feature: FeatureShift) -> Row:
    fmt = desk.fmt
    return Row(
        (
            Cell(desk.label(feature.label, 40), small=feature.name),
            Cell(", ".join(feature.new_codes) or NOT_GIVEN),
            Cell(", ".join(feature.vanished_codes) or NOT_GIVEN),
            Cell(fmt.count(feature.rare_codes)),
            Cell(fmt.share_in_table(feature.missing_before)),
            Cell(fmt.share_in_table(feature.missing_now)),
        )
    )


def _history(desk: Desk) -> Section | None:
    figures = desk.figures("history")
    return Section(id="changes-history", title="The last issues", figures=figures) if figures else None
