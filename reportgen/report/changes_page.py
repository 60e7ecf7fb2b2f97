"""What is new? The issue beside the one before, and the last issues in a row."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.codes import in_words
from reportgen.analysis.result_changes import Changes, SegmentShift
from reportgen.analysis.result_segments import Segment
from reportgen.formatting import NOT_GIVEN
from reportgen.language import mark, say, say_in, say_marked, say_n
from reportgen.report.changes_features import codes_in_words, codes_section, drift_in_words, drift_section, psi_words
from reportgen.report.changes_tables import SEGMENTS
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fact, Page, Row, Section, Table

_MOST_PRINTED_NOTES, _MOST_PRINTED_SEGMENTS = 5, 6
_A_LINE = 90  # characters that the first page has room for in print
_MODELS = {
    "frozen": mark("The segments are those of the issue before: the same borders, and everybody assigned anew."),
    "refitted": mark("The segments were built anew and carry the letters of the former ones where they are the same."),
    "other": mark("The two runs need not follow each other; segments are matched where they are the same."),
}


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
        kicker=say("Changes"),
        question=say("What is new?"),
        heading=_heading(changes),
        lead=(
            say(
                "Compared with issue {issue}, data as of {date}.",
                issue=desk.fmt.count(before.issue),
                date=desk.fmt.day(before.data_as_of),
            )
            + " "
            + say_marked(_MODELS[changes.model]),
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
    issue = desk.fmt.count(changes.before.issue)
    if shift.fate == "split":
        return (say("It is part of a segment that has split since issue {issue}.", issue=issue),)
    if shift.fate == "merged":
        return (say("It was merged since issue {issue}.", issue=issue),)
    if shift.fate != "kept":
        return (say("It is new since issue {issue}.", issue=issue),)
    share = _moved_share(desk, shift)
    if shift.difference is None:
        return (say("Since issue {issue} {share}.", issue=issue, share=share),)
    index = _moved_index(desk, shift)
    return (say("Since issue {issue} {share}, and {index}.", issue=issue, share=share, index=index),)


def _moved_share(desk: Desk, shift: SegmentShift) -> str:
    before, now = desk.fmt.share(shift.population_before), desk.fmt.share(shift.population_now)
    if before == now:
        return say("its share of the population stayed at {share}", share=now)
    return say("its share of the population went from {before} to {now}", before=before, now=now)


def _moved_index(desk: Desk, shift: SegmentShift) -> str:
    before, now = desk.fmt.index(shift.index_before), desk.fmt.index(shift.index_now)
    if before == now:
        return say("its index stayed at {index}", index=now)
    if shift.moved:
        return say("its index from {before} to {now}, by more than chance", before=before, now=now)
    return say("its index from {before} to {now}, not by more than chance", before=before, now=now)


def _heading(changes: Changes) -> str:
    if changes.alarms:
        return changes.alarms[0]
    return changes.notes[0]


def _overview(desk: Desk, changes: Changes) -> Section:
    fmt = desk.fmt
    facts = [
        Fact(
            say("People now"),
            fmt.count(changes.population_now),
            say("before: {number}", number=fmt.count(changes.population_before)),
        ),
        Fact(
            say("Customers now"),
            fmt.count(changes.customers_now),
            say("before: {number}", number=fmt.count(changes.customers_before)),
        ),
    ]
    if changes.segment_shift is not None:
        shift = changes.segment_shift
        facts.append(
            Fact(
                say("Shift of segment sizes"),
                psi_words(desk, shift),
                say("chance alone: up to {limit}", limit=fmt.decimal(shift.noise, 3)),
            )
        )
    if changes.agreement is not None:
        agreement = fmt.coefficient(changes.agreement)
        facts.append(Fact(say("Trial refit agrees at"), agreement, say("1 is the same, 0 is chance")))
    notes = [note for note in dict.fromkeys((*changes.alarms, *changes.notes)) if note != _heading(changes)]
    return Section(
        id="changes-overview",
        title=say("In short"),
        facts=tuple(facts),
        bullets=tuple(notes[: _MOST_PRINTED_NOTES if desk.is_print else None]),
    )


def _segments(desk: Desk, changes: Changes) -> Section:
    columns = (
        Column(say("Segment"), "text", 26), Column(say("Population before"), "number", 11),
        Column(say("now"), "number", 8), Column(say("Customers before"), "number", 11),
        Column(say("now"), "number", 8), Column(say("Index before"), "number", 9), Column(say("now"), "number", 7),
        Column(say("Difference (interval)"), "number", 14), Column(say("Notes"), "text", 14),
    )  # fmt: skip
    shifts, more = _printed(changes.segments) if desk.is_print else (changes.segments, 0)
    title = say("The segments that moved most, before and now") if more else say("Every segment before and now")
    common = say("It is that of files without common people: with many of them it is wider than need be.")
    note: list[str] = [_counted(changes), common]
    if more:
        note.append(
            say_n(
                more,
                "{n}\u00a0other moved less and is on the site.",
                "{n}\u00a0others moved less and are on the site.",
                n=desk.fmt.count(more),
            )
        )
    table = Table(
        id="changes-segments",
        caption=title,
        columns=columns,
        stack=True,
        rows=tuple(_segment_row(desk, shift) for shift in shifts),
        note=" ".join(note),
        csv=desk.csv(SEGMENTS),
    )
    return Section(id="changes-segments-section", title=say("Segments"), tables=(table,))


def _counted(changes: Changes) -> str:
    if changes.model == "frozen":
        return say(
            "Differences are taken before rounding. Their interval (95\u00a0%) counts chance alone; one that leaves "
            "out zero is printed strong."
        )
    return say(
        "Differences are taken before rounding. Their interval (95\u00a0%) counts chance and how firmly the segments "
        "stand; one that leaves out zero is printed strong."
    )


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
    around = NOT_GIVEN
    if shift.interval is not None:
        low, high = (fmt.decimal(end, 0) for end in shift.interval)
        around = say("{low} to {high}", low=low, high=high)
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
            now, before = in_words(shift.verdict_now), in_words(shift.verdict_before)
            return say("{now}, was {before}", now=now, before=before)
        if shift.match in (None, 1.0):
            return ""
        return say("matches at {similarity}", similarity=desk.fmt.coefficient(shift.match))
    gone = shift.population_now is None
    if shift.fate == "split":
        return (
            say_in("split", "into {others}", others=relatives)
            if gone
            else say("split off from {others}", others=relatives)
        )
    if shift.fate == "merged":
        return (
            say_in("merged", "into {others}", others=relatives) if gone else say("made of {others}", others=relatives)
        )
    return say_in("fate", "no more") if shift.fate == "died" else say_in("fate", "new")


def _details(desk: Desk, changes: Changes) -> tuple[Section | None, ...]:
    """Return people, features, codes and history; on paper a few sentences, since the chapter keeps to a page."""
    if not desk.is_print:
        return _people(desk, changes), drift_section(desk, changes), codes_section(desk, changes), _history(desk)
    text = (_moved(desk, changes), *drift_in_words(desk, changes), codes_in_words(desk, changes))
    return (Section(id="changes-details", title=say("People, features, codes"), text=text),)


def _people(desk: Desk, changes: Changes) -> Section:
    return Section(
        id="changes-people", title=say("Who moved"), text=(_moved(desk, changes),), figures=desk.figures("flow")
    )


def _moved(desk: Desk, changes: Changes) -> str:
    migration, fmt = changes.migration, desk.fmt
    if migration is None:
        reason = changes.reasons.get("migration", say("people cannot be found again"))
        return say("Who moved cannot be told: {reason}.", reason=reason)
    common = fmt.count(migration.common)
    if migration.stayed is None:
        return say(
            "About {common} people are in both issues; how many are in another segment than before is not told "
            "({reason}).",
            common=common,
            reason=migration.reasons["stayed"],
        )
    if migration.stayed == 1.0:
        return say(
            "About {common} people are in both issues; every one of them is in the same segment as before.",
            common=common,
        )
    return say(
        "About {common} people are in both issues; {share} of them are in the same segment as before.",
        common=common,
        share=fmt.share(migration.stayed),
    )


def _history(desk: Desk) -> Section | None:
    figures = desk.figures("history")
    return Section(id="changes-history", title=say("The last issues"), figures=figures) if figures else None
