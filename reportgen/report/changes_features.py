"""What is new in the features: how far they drifted, codes that came or went, and gaps."""

from __future__ import annotations

from dataclasses import replace

from reportgen.analysis.result_changes import Changes, FeatureShift, Shift
from reportgen.formatting import NOT_GIVEN
from reportgen.language import say, say_n
from reportgen.report.changes_tables import CODES, DRIFT
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Fold, Row, Section, Table

_MOST_FEATURES, _MOST_NAMED, _MOST_CODES = 20, 3, 15
_LEAST_GAP = 0.01  # rise or fall of a share of missing values
_CHANCE = 0.05  # p adjusted over features, up to which a shift is more than chance
_LEAST_PSI = 0.0005  # printed to three places


def drift_section(desk: Desk, changes: Changes) -> Section | None:
    """Show how far features moved, the largest first; None when no counts are at hand.

    Where nothing moved by more than chance a sentence says so, and the rest is folded.
    """
    rows = [feature for feature in changes.features if feature.population is not None][:_MOST_FEATURES]
    if not rows:
        return None
    title, caption = say("Features"), say("How far distributions moved, the largest first")
    columns = (
        Column(say("Feature"), "text", 34), Column(say("Population"), "number", 13),
        Column(say("Chance alone"), "number", 13), Column(say("Customers"), "number", 13),
        Column(say("Since the segments were built"), "number", 15), Column(say("Judged"), "text", 12),
    )  # fmt: skip
    table = Table(
        id="changes-features",
        caption=caption,
        columns=columns,
        rows=tuple(_feature_row(desk, feature) for feature in rows),
        note=say(
            "Population stability index: 0 is no change, 0.25 and more than chance an alarm (adjusted over features). "
            "Missing values count as a level."
        ),
        csv=desk.csv(DRIFT),
    )
    section = Section(id="changes-features-section", title=title)
    figures = desk.figures("drift")
    if any(shift is not None and shift.p_holm <= _CHANCE for feature in changes.features for shift in _shifts(feature)):
        return replace(section, figures=figures, tables=(table,))
    return replace(section, text=drift_in_words(desk, changes), folds=(Fold(caption, (table,), figures),))


def _shifts(feature: FeatureShift) -> tuple[Shift | None, ...]:
    return feature.population, feature.customers, feature.since_fit


def drift_in_words(desk: Desk, changes: Changes) -> tuple[str, ...]:
    """Say how many features moved and which of them most, where chart and table would take a page."""
    known = [(feature, feature.population) for feature in changes.features if feature.population is not None]
    if not known:
        return ()
    beyond = sum(shift.p_holm <= _CHANCE for _, shift in known)
    most = [f"{feature.label} ({psi_words(desk, shift)})" for feature, shift in known[:_MOST_NAMED]]
    of = desk.fmt.count(len(known))
    if beyond:
        moved = say_n(
            beyond,
            "{n} of {of} features moved by more than chance in the population.",
            "{n} of {of} features moved by more than chance in the population.",
            n=desk.fmt.count(beyond),
            of=of,
        )
    else:
        moved = say("None of {of} features moved by more than chance in the population.", of=of)
    index = say(
        "Population stability index of those that moved most: {features}; 0 is no change, 0.25 and more than chance an "
        "alarm.",
        features=desk.fmt.words(most),
    )
    return (moved + " " + index,)


def _feature_row(desk: Desk, feature: FeatureShift) -> Row:
    shifts = _shifts(feature)
    alarm = any(shift is not None and shift.alarm for shift in shifts)
    beyond = any(shift is not None and shift.p_holm <= _CHANCE for shift in shifts)
    noise = NOT_GIVEN if feature.population is None else desk.fmt.decimal(feature.population.noise, 3)
    cells = [psi_words(desk, shift) for shift in shifts]
    return Row(
        (
            Cell(desk.label(feature.label, 46), small=feature.name),
            Cell(cells[0]),
            Cell(noise),
            Cell(cells[1]),
            Cell(cells[2]),
            Cell(say("alarm") if alarm else say("beyond chance") if beyond else "", tone="over" if alarm else ""),
        )
    )


def psi_words(desk: Desk, shift: Shift | None) -> str:
    """Write a population stability index to three places."""
    if shift is None:
        return NOT_GIVEN
    return desk.fmt.decimal(shift.psi, 3) if shift.psi >= _LEAST_PSI else f"< {desk.fmt.decimal(2 * _LEAST_PSI, 3)}"


def codes_section(desk: Desk, changes: Changes) -> Section | None:
    """List features with codes that came or went, or whose gaps grew or shrank."""
    worth = [feature for feature in changes.features if _weight(feature) > (0, 0, _LEAST_GAP)]
    if not worth:
        return Section(id="changes-codes", title=say("Codes and gaps"), text=(codes_in_words(desk, changes),))
    ranked = sorted(worth, key=_weight, reverse=True)
    columns = (
        Column(say("Feature"), "text", 30), Column(say("New codes"), "code", 14),
        Column(say("Vanished codes"), "code", 14), Column(say("Rare ones"), "number", 10),
        Column(say("Missing before"), "number", 11), Column(say("now"), "number", 9),
    )  # fmt: skip
    table = Table(
        id="changes-codes-table",
        caption=say("Codes that came or went, and missing values of the population"),
        columns=columns,
        rows=tuple(_code_row(desk, feature) for feature in ranked[:_MOST_CODES]),
        note=say(
            "Rare ones: codes of fewer than ten people that came or went. At most {most} features are shown; the file "
            "has all.",
            most=desk.fmt.count(_MOST_CODES),
        ),
        csv=desk.csv(CODES),
    )
    return Section(id="changes-codes", title=say("Codes and gaps"), tables=(table,))


def codes_in_words(desk: Desk, changes: Changes) -> str:
    """Say in how many features codes came or went or gaps moved; rare codes are no news."""
    came = sum(_codes_of(feature) > 0 for feature in changes.features)
    gaps = sum(_gap(feature) > _LEAST_GAP for feature in changes.features)
    codes = _codes_moved(desk, came, rare=any(feature.rare_codes for feature in changes.features))
    if not gaps:
        return say("{codes}, and no share of missing values changed by a hundredth.", codes=codes)
    return say_n(
        gaps,
        "{codes}, and the share of missing values changed by a hundredth or more in {n}\u00a0feature.",
        "{codes}, and the share of missing values changed by a hundredth or more in {n}\u00a0features.",
        codes=codes,
        n=desk.fmt.count(gaps),
    )


def _codes_moved(desk: Desk, features: int, *, rare: bool) -> str:
    """Say in how many features codes came or went; where rare ones did too, that they are not counted."""
    n = desk.fmt.count(features)
    if not features:
        return say("No code of ten people or more came or went") if rare else say("No code came or went")
    if rare:
        return say_n(
            features,
            "Codes of ten people or more came or went in {n}\u00a0feature",
            "Codes of ten people or more came or went in {n}\u00a0features",
            n=n,
        )
    return say_n(features, "Codes came or went in {n}\u00a0feature", "Codes came or went in {n}\u00a0features", n=n)


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
