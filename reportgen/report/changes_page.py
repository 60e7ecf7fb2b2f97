"""What is new? The issue beside the one before, and the last issues in a row."""

from __future__ import annotations

from reportgen.analysis.result import Segment
from reportgen.analysis.result_changes import Changes, FeatureShift, SegmentShift, Shift
from reportgen.formatting import NOT_GIVEN
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table

_MOST_FEATURES = 20
_MOST_CODES, _MOST_PRINTED_CODES = 15, 6
_LEAST_WEIGHT = (0, 0, 0.01)
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
    sections = [
        _overview(desk, changes), _segments(desk, changes), _people(desk, changes), _features(desk, changes),
        _codes(desk, changes), None if desk.is_print else _history(desk),
    ]  # fmt: skip
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
    """Return what the first page says about changes, alarms first; empty for the first issue."""
    changes = desk.analysis.changes
    most = 3 if desk.is_print else 4
    return () if changes is None else (*changes.alarms, *changes.recommendation[:1], *changes.notes)[:most]


def since_last_issue(desk: Desk, segment: Segment) -> tuple[str, ...]:
    """Return how a segment moved since the last issue, for its own page; empty for the first issue."""
    changes = desk.analysis.changes
    shift = next((s for s in changes.segments if s.id == segment.id), None) if changes else None
    if changes is None or shift is None:
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
    return Section(
        id="changes-overview",
        title="In short",
        facts=tuple(facts),
        bullets=tuple(dict.fromkeys((*changes.alarms, *changes.notes))),
    )


def _segments(desk: Desk, changes: Changes) -> Section:
    columns = (
        Column("Segment", "text", 26), Column("Population before", "number", 11), Column("now", "number", 8),
        Column("Customers before", "number", 11), Column("now", "number", 8), Column("Index before", "number", 9),
        Column("now", "number", 7), Column("Difference (interval)", "number", 14), Column("Notes", "text", 14),
    )  # fmt: skip
    how = "chance alone" if changes.model == "frozen" else "chance and how firmly the segments stand"
    table = Table(
        id="changes-segments",
        caption="Every segment before and now",
        columns=columns,
        rows=tuple(_segment_row(desk, shift) for shift in changes.segments),
        note=f"The interval of a difference (95\u00a0%) counts {how}; one that leaves out zero is printed strong.",
    )
    return Section(id="changes-segments-section", title="Segments", tables=(table,))


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


def _people(desk: Desk, changes: Changes) -> Section:
    migration = changes.migration
    if migration is None:
        text = f"Who moved cannot be told: {changes.reasons.get('migration', 'people cannot be found again')}."
        return Section(id="changes-people", title="Who moved", text=(text,))
    fmt = desk.fmt
    common = f"{fmt.count(migration.common)} people (in tens) are in both issues; "
    if migration.stayed is None:
        moved = f"how many are in another segment than before is not told ({migration.reasons['stayed']})."
    elif migration.stayed == 1.0:
        moved = "every one of them is in the same segment as before."
    else:
        moved = f"{fmt.share(migration.stayed)} of them are in the same segment as before."
    figures = () if desk.is_print else desk.figures("flow")  # paper is short: the chapter keeps to three pages
    return Section(id="changes-people", title="Who moved", text=(common + moved,), figures=figures)


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
    tables = () if desk.is_print else (table,)
    return Section(id="changes-features-section", title="Features", figures=desk.figures("drift"), tables=tables)


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
    return NOT_GIVEN if shift is None else desk.fmt.decimal(shift.psi, 3)


def _codes(desk: Desk, changes: Changes) -> Section | None:
    """List features with codes that came or went, or whose gaps grew or shrank."""
    ranked = sorted(changes.features, key=_weight, reverse=True)
    most = _MOST_PRINTED_CODES if desk.is_print else _MOST_CODES
    rows = tuple(_code_row(desk, feature) for feature in ranked[:most] if _weight(feature) > _LEAST_WEIGHT)
    if not rows:
        none = "No code came or went, and no share of missing values changed by a hundredth."
        return Section(id="changes-codes", title="Codes and gaps", text=(none,))
    columns = (
        Column("Feature", "text", 30), Column("New codes", "code", 14), Column("Vanished codes", "code", 14),
        Column("Rare ones", "number", 10), Column("Missing before", "number", 11), Column("now", "number", 9),
    )  # fmt: skip
    table = Table(
        id="changes-codes-table",
        caption="Codes that came or went, and missing values of the population",
        columns=columns,
        rows=rows,
        note="Rare ones: codes of fewer than ten people that came or went. "
        f"At most {most} features are shown; all are in analysis.json.",
    )
    return Section(id="changes-codes", title="Codes and gaps", tables=(table,))


def _weight(feature: FeatureShift) -> tuple[int, int, float]:
    """Order by codes that came or went, rare ones, and how much the gaps changed."""
    gap = max(
        abs(feature.missing_rise or 0.0),
        abs(feature.customers_missing_rise or 0.0),
    )
    return len(feature.new_codes) + len(feature.vanished_codes), feature.rare_codes, gap


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
