"""The published form of an analysis: everything that a report may print, and nothing else.

Every field is a plain value, so that ``analysis.json`` is this module written down. A value that
cannot be given is ``None`` and its reason stands in ``reasons`` under the field's name; in JSON it
becomes a sibling ``<key>_reason``.

Shares are fractions of one, an index is 100 for "as often as in the population", an interval is
``(low, high)`` at 95 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reportgen.analysis.result_campaign import Campaign
from reportgen.analysis.result_changes import Changes
from reportgen.analysis.result_checks import Placebo, Robustness, Suppression
from reportgen.analysis.result_choice import Choice, Components
from reportgen.analysis.result_provenance import Gate, Provenance
from reportgen.analysis.result_quality import Quality, Rows
from reportgen.analysis.result_segments import FamilyTree, FeatureComparison, ProxyCheck, Recommendation, Segment
from reportgen.language import mark

SCHEMA_VERSION = 1
NO_CHANGES = mark("there is no earlier issue to compare with")


@dataclass(frozen=True)
class Analysis:
    """The whole analysis, ready to print.

    ``structure`` is ``found``, ``reproducible`` or ``constructed``. ``standard_features`` names the columns of age, sex
    and region for which indices are standardised. ``changes`` compares with the issue before; ``gates`` holds the
    conditions that were set for the run.
    """

    schema_version: int
    provenance: Provenance
    population: Rows
    customers: Rows
    overlap: int | None
    quality: Quality
    components: Components
    choice: Choice
    structure: str | None
    structure_sentence: str
    segments: tuple[Segment, ...]
    families: FamilyTree
    features: tuple[FeatureComparison, ...]
    proxies: tuple[ProxyCheck, ...]
    standard_features: tuple[str, ...]
    recommendation: Recommendation
    robustness: Robustness
    placebo: Placebo
    suppression: tuple[Suppression, ...]
    campaign: Campaign
    gates: tuple[Gate, ...] = ()
    changes: Changes | None = None
    reasons: Mapping[str, str] = field(default_factory=lambda: {"changes": NO_CHANGES})

    @cached_property
    def placed(self) -> tuple[Segment, ...]:
        """Segments 1..k, without the low-information records."""
        return tuple(segment for segment in self.segments if segment.id != 0)

    @cached_property
    def by_id(self) -> Mapping[int, Segment]:
        """Segments by id."""
        return {segment.id: segment for segment in self.segments}
