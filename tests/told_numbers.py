"""Parse sentences of ``analysis.json`` back: every number that they tell must be a cell, in the form it is printed in.

Labels and phrases of the dictionary may hold digits of their own; they are taken out first, as they stand in the cells.
What is left is read number by number. A share has to be the share of one of the cells that the sentence is about, an
interval one of its intervals, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.told import FMT, Json, Told
from tests.told_campaign import campaign_sentences

LIMITS = ("0.8", "0.75")  # of agreement and of the least stable segment: constants of the method
LEAST = "10"  # the smallest count that is published
MOVED = 5  # how far the row threshold is moved
SKEWED = "2"  # where ranks take the place of values
LEVEL = "95"  # of every interval: "95 % of draws"


@dataclass
class Reading:
    """How many numbers of each kind of sentence were read, and those that are in no cell."""

    numbers: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def read_back(analysis: Json) -> Reading:
    """Read every sentence of an analysis back."""
    reading = Reading()
    for told in sentences(analysis):
        reading.numbers[told.kind] = reading.numbers.get(told.kind, 0) + len(told.numbers())
        reading.wrong += [f"{told.kind}: {number} in “{told.text}”" for number in told.untrue()]
    return reading


def sentences(analysis: Json) -> Iterator[Told]:
    """Yield every sentence with its cells."""
    for segment in analysis["segments"]:
        yield from _portrait(segment)
    advice = analysis["recommendation"]
    yield Told("recommendation", advice["sentence"], shares=(advice["customer_share"], advice["population_share"]))
    yield _structure(analysis)
    yield _choice(analysis["choice"])
    yield from _robustness(analysis)
    yield _placebo(analysis["placebo"])
    yield from _quality(analysis)
    yield from campaign_sentences(analysis["campaign"])
    for feature in analysis["features"]:
        yield _feature(feature)
    for reading in analysis["components"]["readings"]:
        yield _component(reading)


def _portrait(segment: Json) -> Iterator[Told]:
    markers = segment["markers"]
    words = [marker[key] for marker in markers for key in ("phrase", "label")]
    index = segment["index"] if segment["id"] == 0 else segment["index_placed"]
    for sentence in segment["portrait"]:
        yield Told(
            "portrait",
            sentence,
            words=[*words, f"Segment {segment['letter']}"],
            shares=[
                segment["customers"]["share"],
                segment["population"]["share"],
                *(marker[key] for marker in markers if marker["measure"] == "h" for key in ("here", "everybody")),
            ],
            indices=[index],
            constants=[LEAST],
            intervals=[segment["interval_total"] or segment["interval_sampling"]],
        )


def _structure(analysis: Json) -> Told:
    row = next(row for row in analysis["choice"]["scan"] if row["k"] == analysis["choice"]["k"])
    limits = [model["silhouette_limit"] for model in analysis["placebo"]["models"]]
    figures = [row["ari"], row["confirmed_ari"], row["silhouette"], *limits]
    return Told("structure", analysis["structure_sentence"], coefficients=figures)


def _choice(choice: Json) -> Told:
    scan, k = choice["scan"], choice["k"]
    near = [row for row in scan if row["k"] in (k, k + 1, choice["runner_up"])]
    keys = ("ari", "jaccard", "silhouette", "silhouette_null", "ari_null", "confirmed_ari", "confirmed_jaccard")
    near += [row for row in scan if row["confirmed_ari"] is not None and row not in near]
    return Told(
        "choice",
        choice["reason"],
        shares=[row[key] for row in near for key in ("inertia", "inertia_null")],
        coefficients=[row[key] for row in near for key in keys],
        counts=[
            k,
            choice["runner_up"],
            *choice["stable"],
            len(scan) - choice["passed_over"],
            choice["passed_over"],
            len(choice["stable"]),
            choice["merged_from"],
            *(row[key] for row in near for key in ("k", "confirmed_rows")),
        ],
        constants=[*LIMITS, LEAST],
    )


def _robustness(analysis: Json) -> Iterator[Told]:
    robustness = analysis["robustness"]
    labels = [variant["label"] for variant in robustness["variants"]]
    yield Told("robustness", robustness["sentence"], words=labels, counts=[robustness["tried"]])
    (placed,) = (v for v in robustness["variants"] if v["name"] == "low_information_placed")
    assert placed["ari"] in (None, 1.0)


def _quality(analysis: Json) -> Iterator[Told]:
    quality, rows = analysis["quality"], analysis["quality"]["rows"]
    settings = analysis["provenance"]["settings"]
    limit = FMT.share(float(settings.get("analysis.max_missing", 0.3)))
    columns = {column["name"]: column for column in quality["columns"]}
    low = [rows["threshold"]] if rows["threshold"] is not None else []
    gap = [str(number) for number in range(low[0], low[0] + 200)] if low else []
    for column in quality["columns"]:
        yield Told("column", column["reason"], constants=[*_missing(column), limit])
    for decision in quality["decisions"]:
        known = [*_missing(columns.get(decision["subject"], {})), limit, SKEWED, *gap]
        yield Told("decision", decision["reason"], counts=[rows["moved_by_5"], MOVED], constants=known)
        yield Told("decision", decision["decision"], counts=low)
    yield Told("rows", rows["reason"], constants=gap)
    kept = float(settings.get("analysis.min_explained", 0.8))
    yield Told(
        "components", analysis["components"]["reason"], constants=[f"{100 * kept:.0f}\u00a0%", f"{100 * kept:.0f}"]
    )


def _missing(column: Json) -> list[str]:
    share = column.get("missing_share")
    return [] if share is None else [FMT.share_in_table(share)]


def _placebo(placebo: Json) -> Told:
    ends = [(placebo["largest"] or (None, None))[1], (placebo["smallest"] or (None, None))[0]]
    indices = [placebo["largest_median"], placebo["smallest_median"], *ends]
    return Told("placebo", placebo["sentence"], indices=indices, constants=[LEVEL])


def _feature(feature: Json) -> Told:
    label = feature["label"]
    labels: Iterable[str] = (level["label"] for level in feature["levels"])
    words = [
        label,
        *(word for name in labels for word in (f"{label} {name}", f"{label}: {name}", f"{name} ({label})", name)),
    ]
    words += re.findall(
        r" more typical of customers than of everybody: (.+)\.$", feature["sentence"]
    )  # the dictionary's words for an end
    shares = [level[key] for level in feature["levels"] for key in ("customer_share", "population_share")]
    return Told("feature", feature["sentence"], words=words, shares=shares)


def _component(reading: Json) -> Told:
    ends = [*reading["high"], *reading["low"]]
    # "strong savers (4 of 6: finance)": the phrase before the bracket and the family after the colon are words.
    words = []
    for end in ends:
        phrase, told = end["phrase"], end["told"]
        words += re.split(rf" \({told} of {end['relatives']}: ", phrase) if told is not None else [phrase]
    counts = [end[key] for end in ends for key in ("told", "relatives")]
    return Told("component", reading["sentence"], words=words, shares=[reading["explained"]], counts=counts)


# Where text with digits is no sentence of the analysis: names and labels of the input, codes, hashes, and why a cell is
# empty, with the rule of small counts.
_NAMES = frozenset({
    "letter", "name", "label", "feature", "phrase", "level", "level_label", "code", "title", "first", "second", "via",
    "information_level", "family", "basis", "subject", "columns", "names", "name_generated", "shared", "message",
    "column", "why", "what", "note", "segment_reasons", "segment_known_reasons", "sensitive",
})  # fmt: skip


def untold(analysis: Json) -> list[str]:
    """Return texts with digits that are neither sentences read back nor names, with their place."""
    known = {told.text for told in sentences(analysis)}
    return [f"{place}: {text}" for place, text in _texts(analysis) if re.search(r"\d", text) and text not in known]


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, place)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key not in _NAMES and not key.endswith("_reason") and key != "provenance":
                yield from _texts(item, f"{place}.{key}")
