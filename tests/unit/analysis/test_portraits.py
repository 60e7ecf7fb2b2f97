"""Portraits sentence by sentence."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest

from reportgen.analysis.portraits import write_portrait
from reportgen.analysis.result_parts import Count
from reportgen.analysis.result_segments import Marker, Segment
from reportgen.formatting import Formatter
from reportgen.language import speaking

FMT = Formatter("en")
NBSP = "\u00a0"


def marker(
    phrase: str,
    effect: float = 0.6,
    *,
    level: str | None = None,
    evidence: bool = False,
    label: str = "x",
    family: str = "",
) -> Marker:
    return Marker(
        feature=f"{label} {phrase}", label=label, level=level, level_label=level, phrase=phrase,
        measure="h" if level else "d",
        effect=effect, grade="clearly" if abs(effect) >= 0.5 else "somewhat", here=0.04, everybody=0.25, known=1.0,
        p_bh=0.001,
        by_construction=not evidence, via=None, basis="observed", family=family,
    )  # fmt: skip


def segment(*markers: Marker, number: int = 1, customers: float = 0.32, population: float = 0.15) -> Segment:
    given: dict[str, Any] = dict.fromkeys(field.name for field in fields(Segment))  # what has no part in a portrait
    given |= {
        "id": number,
        "letter": "A" if number else "0",
        "population": Count(150, population),
        "customers": Count(320, customers),
        "index": 213.0 if not number else 210.2,
        "index_placed": 210.0 if number else None,
        "interval_sampling": (190.0, 232.0),
        "markers": markers,
    }
    return Segment(**given)


def portrait(*markers: Marker, **how: float) -> tuple[str, ...]:
    return write_portrait(segment(*markers, **how), FMT)  # type: ignore[arg-type]


def test_the_first_sentence_gives_size_and_index() -> None:
    size, *_ = portrait()
    assert size == (f"Segment A holds 32{NBSP}% of customers but 15{NBSP}% of the population (index 210, 190–232).")


def test_an_index_among_people_with_enough_data_says_so() -> None:
    size, *_ = write_portrait(replace(segment(), index=180.0), FMT)
    assert "(index 210 among people with enough data, 190–232)" in size


def test_what_is_withheld_is_named() -> None:
    told = write_portrait(segment(marker("older people")), FMT, hidden="capital loss")
    assert told[1] == "What sets it apart most, capital loss, is withheld: it would tell of fewer than 10 people."


def test_a_share_of_few_known_values_is_not_one_of_everybody() -> None:
    rare = replace(marker("phone", effect=-0.8, level="phone"), known=0.3)
    assert any("among those with a known value" in sentence for sentence in portrait(rare))
    assert not any("known value" in sentence for sentence in portrait(replace(rare, known=0.7)))


def test_the_interval_with_the_error_of_building_the_segments_goes_before() -> None:
    assert "(index 210, 180–244)" in write_portrait(replace(segment(), interval_total=(180.0, 244.0)), FMT)[0]


def test_equal_shares_are_joined_by_and() -> None:
    assert " and 15" in portrait(customers=0.16)[0]
    assert " but 15" in portrait(customers=0.18)[0]


def test_low_information_records_give_the_index_of_all_rows() -> None:
    size, *rest = write_portrait(segment(marker("older people"), number=0), FMT)
    assert size.startswith("Low-information records hold")
    assert "(index 213, 190–232)" in size
    assert "lack most of their data" in rest[-1]


def test_without_an_index_none_is_given() -> None:
    found = write_portrait(replace(segment(), index_placed=None, interval_sampling=None), FMT)
    assert "index" not in found[0]
    assert "(index 210)" in write_portrait(replace(segment(), interval_sampling=None), FMT)[0]


def test_nobody_has_no_portrait() -> None:
    empty = replace(segment(number=0), population=Count(0, 0.0), customers=Count(0, 0.0))
    assert write_portrait(empty, FMT) == ("Every row has enough data to be placed; nobody is in this group.",)


def test_clear_traits_come_before_weak_ones() -> None:
    _, traits, *_ = portrait(marker("savers"), marker("older people"), marker("movers", 0.3))
    assert traits == "Clearly more typical of it than of everybody: savers and older people; somewhat: movers."
    assert portrait(marker("savers"))[1] == "Clearly more typical of it than of everybody: savers."


def test_weak_traits_alone() -> None:
    assert portrait(marker("movers", 0.3))[1] == "Somewhat more typical of it than of everybody: movers."


def test_no_traits() -> None:
    found = portrait()
    assert found[1] == "In no feature does it differ from everybody by more than a little."
    assert len(found) == 2


def test_a_phrase_is_said_once_and_four_at_most() -> None:
    _, traits, *_ = portrait(*(marker(phrase) for phrase in ("a", "a", "b", "c", "d", "e")))
    assert traits == "Clearly more typical of it than of everybody: a, b, c and d."


def test_features_of_one_family_are_told_by_the_strongest() -> None:
    money = [marker(phrase, family="finance scores") for phrase in ("savers", "investors")]
    assert (
        portrait(*money, marker("older people"))[1]
        == "Clearly more typical of it than of everybody: savers and older people."
    )


def test_codes_are_quoted() -> None:
    found = portrait(marker("month: jul"), marker("loan: no", -0.7, level="no"))
    assert found[1] == "Clearly more typical of it than of everybody: “month: jul”."
    assert found[2].startswith("Rarely “loan: no”: ")


def test_low_information_records_are_several() -> None:
    assert "typical of them than" in write_portrait(segment(marker("savers"), number=0), FMT)[1]


def test_the_rarest_level_is_named_with_its_shares() -> None:
    found = portrait(marker("savers"), marker("block of flats", -0.7, level="3"), marker("tower", -0.5, level="4"))
    assert found[2] == f"Rarely block of flats: 4{NBSP}% here, 25{NBSP}% of everybody."


def test_evidence_is_named_and_its_lack_is_said() -> None:
    assert "All these features built the segments" in portrait(marker("savers"))[-1]
    last = portrait(marker("savers"), marker("gardeners", label="garden", evidence=True))[-1]
    assert last == "It also differs in features that hardly shaped the segments, or not at all: garden."


@pytest.mark.parametrize("number", [0, 1])
def test_every_portrait_is_made_of_sentences(number: int) -> None:
    for sentence in write_portrait(segment(marker("savers"), marker("flats", -0.7, level="3"), number=number), FMT):
        assert sentence[0].isupper()
        assert sentence.endswith(".")


def test_a_german_portrait_puts_labels_where_they_need_no_ending() -> None:
    with speaking("de"):
        told = write_portrait(
            segment(marker("Ältere"), marker("Sparfreudige", effect=0.3), marker("Stadt: 3", effect=-0.6, level="3")),
            Formatter(),
        )
    assert told == (
        f"Segment A umfasst 32{NBSP}% der Kunden, aber 15{NBSP}% der Bevölkerung (Index 210, 190–232).",
        "Für das Segment deutlich typischer als für alle: Ältere; etwas typischer: Sparfreudige.",
        f"Selten: „Stadt: 3“ (4{NBSP}% hier, 25{NBSP}% insgesamt).",
        "All diese Merkmale haben die Segmente gebildet: Sie beschreiben das Segment, sie beweisen es nicht.",
    )
