"""Parse sentences of ``analysis.json`` back: every number that they tell must be a cell, in the form it is printed in.

Labels and phrases of the dictionary may hold digits of their own; they are taken out first, as they stand in the cells.
What is left is read number by number. A share has to be the share of one of the cells that the sentence is about, an
interval one of its intervals, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from reportgen.formatting import Formatter

FMT = Formatter("en")
NUMBER = re.compile(r"(?:[<>]\xa0)?\u2212?\d+(?:,\d{3})*(?:\.\d+)?(?:\u2013\d+(?:,\d{3})*(?:\.\d+)?)?(?:\xa0%)?")
LIMITS = ("0.8", "0.75")  # of agreement and of the least stable segment: constants of the method
LEVEL = "95"  # of every interval: "95 % of draws"
Json = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """One sentence, the words in it that are not numbers, and the cells that its numbers may be.

    Attributes
    ----------
    kind
        What the sentence is.
    text
        The sentence.
    words
        Labels and phrases that may stand in it.
    shares, indices, intervals, coefficients, counts
        Cells by the way in which they are printed.
    constants
        Numbers of the method that stand in no cell.
    """

    kind: str
    text: str
    words: Sequence[str] = ()
    shares: Sequence[float | None] = ()
    indices: Sequence[float | None] = ()
    intervals: Sequence[Sequence[float] | None] = ()
    coefficients: Sequence[float | None] = ()
    counts: Sequence[int | None] = ()
    constants: Sequence[str] = ()

    def numbers(self) -> list[str]:
        """Return the numbers of the sentence as they are printed."""
        text = self.text
        for word in sorted(filter(_tells, set(self.words)), key=len, reverse=True):
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", " ", text, flags=re.IGNORECASE)
        return NUMBER.findall(text)

    def printed(self) -> set[str]:
        """Return the cells as they are printed."""
        found = {FMT.share(value) for value in self.shares if value is not None}
        found |= {FMT.index(value) for value in self.indices if value is not None}
        found |= {FMT.interval((ends[0], ends[1])) for ends in self.intervals if ends is not None}
        found |= {FMT.coefficient(value) for value in self.coefficients if value is not None}
        found |= {FMT.count(value) for value in self.counts if value is not None}
        return found | set(self.constants)

    def untrue(self) -> list[str]:
        """Return the numbers that are not among the cells."""
        printed = self.printed()
        return [number for number in self.numbers() if number not in printed]


def _tells(word: str) -> bool:
    """Whether a label has a digit and says something besides: a bare code must not hide a number."""
    return bool(re.search(r"\d", word) and re.search(r"[^\W\d_]{2}", word))


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
            intervals=[segment["interval_sampling"]],
        )


def _structure(analysis: Json) -> Told:
    row = next(row for row in analysis["choice"]["scan"] if row["k"] == analysis["choice"]["k"])
    limits = [model["silhouette_limit"] for model in analysis["placebo"]["models"]]
    figures = [row["ari"], row["confirmed_ari"], row["silhouette"], *limits]
    return Told("structure", analysis["structure_sentence"], coefficients=figures)


def _choice(choice: Json) -> Told:
    scan, k = choice["scan"], choice["k"]
    confirmed = [row for row in scan if row["confirmed_rows"] is not None]
    near = [row for row in scan if row["k"] in (k, k + 1, choice["runner_up"]) or row in confirmed]
    keys = ("ari", "jaccard", "silhouette", "silhouette_null", "ari_null", "confirmed_ari", "confirmed_jaccard")
    return Told(
        "choice",
        choice["reason"],
        shares=[row[key] for row in near for key in ("inertia", "inertia_null")],
        coefficients=[row[key] for row in near for key in keys],
        counts=[
            *(k, choice["runner_up"], *choice["stable"][:1], len(scan), len(choice["stable"])),
            *(row[key] for row in confirmed for key in ("k", "confirmed_rows")),
        ],
        constants=LIMITS,
    )


def _robustness(analysis: Json) -> Iterator[Told]:
    robustness = analysis["robustness"]
    labels = [variant["label"] for variant in robustness["variants"]]
    yield Told("robustness", robustness["sentence"], words=labels, counts=[robustness["tried"]])


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
