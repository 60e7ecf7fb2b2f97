"""Everything that was computed, before it is made ready to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.analysis.association import Associations, TwinPair
from reportgen.analysis.campaign_findings import CampaignFindings
from reportgen.analysis.checks import Checks
from reportgen.analysis.choice import KChoice
from reportgen.analysis.comparison import GroupCounts
from reportgen.analysis.components import Components
from reportgen.analysis.drift_match import Matching
from reportgen.analysis.encoding import Encoder
from reportgen.analysis.profiles import Construction
from reportgen.analysis.quality import ColumnQuality, Dropped, RowThreshold
from reportgen.analysis.released import ReleasedColumn
from reportgen.analysis.spread import Spread
from reportgen.analysis.suppression_links import LevelLink
from reportgen.engine.assignment import Tables
from reportgen.engine.passes import Counts
from reportgen.ingest.table import CodedTable, SideName


@dataclass(frozen=True)
class DataFindings:
    """What was found out about the input, and what was decided about it.

    Attributes
    ----------
    table
        The coded files.
    counts
        Raw code counts by side and column.
    qualities
        One per column.
    left_out
        Columns that are not in the distance, by name.
    threshold
        Where low-information records begin.
    blocks
        Columns that go missing together, with the number of rows.
    twins, associations
        Pairs of columns that tell the same, and all associations on the sample.
    max_missing
        Largest share of missing values that a column in the distance may have.
    gap
        Largest missing share within the limit and smallest beyond.
    links
        Columns that are functions of one another.
    """

    table: CodedTable
    counts: Mapping[SideName, Counts]
    qualities: tuple[ColumnQuality, ...]
    left_out: Mapping[str, Dropped]
    threshold: RowThreshold
    blocks: tuple[tuple[tuple[str, ...], int], ...]
    twins: tuple[TwinPair, ...]
    associations: Associations
    max_missing: float
    gap: tuple[float, float]
    links: tuple[LevelLink, ...] = ()

    @property
    def overlap(self) -> float:
        """Share of customers who are also in the population; 0 when it is not known."""
        if self.table.nested:
            return 1.0
        return (self.table.overlap or 0) / self.table.customers.rows


@dataclass(frozen=True)
class Findings:
    """The whole analysis in working form.

    Attributes
    ----------
    data
        Input and decisions.
    encoder, components
        How rows become points.
    parallel : ndarray of float64, shape (n_encoded,)
        Parallel-analysis line.
    kept : mapping
        Share of inertia kept by column name, for columns in the distance.
    choice
        Number of segments.
    sample_rows
        Rows in the hash sample.
    tables
        Segment x feature x raw code counts by side; segment ids are final.
    spread
        Published segments in refits of the chosen number of segments.
    chance_jaccard : ndarray of float64, shape (k,)
        Best match that unrelated segments of the same sizes would reach.
    construction
        Which features built the segments.
    checks
        Everything that puts the segments to the test.
    names
        Names given in the configuration or registry by letter.
    campaign
        What the campaign chapter is made from.
    released : mapping of ReleasedColumn
        What may be published of each column that varies, by position.
    segment_ids
        Ids under which readers know segments 1..k, see ``Segmentation.ids``.
    matching
        How the segments belong to those of the issue before, when they were built anew.
    agreement
        Adjusted Rand index of a trial refit with segments that were not built anew.
    """

    data: DataFindings
    encoder: Encoder
    components: Components
    parallel: NDArray[np.float64]
    kept: Mapping[str, float]
    choice: KChoice
    sample_rows: int
    tables: Mapping[SideName, Tables]
    spread: Spread
    chance_jaccard: NDArray[np.float64]
    construction: Construction
    checks: Checks
    names: Mapping[str, str]
    campaign: CampaignFindings
    released: Mapping[int, ReleasedColumn]
    segment_ids: tuple[int, ...] = ()
    matching: Matching | None = None
    agreement: float | None = None

    @property
    def k(self) -> int:
        """Number of segments."""
        return self.choice.k

    @property
    def ids(self) -> tuple[int, ...]:
        """Id of each of the segments 1..k under which readers know it."""
        return self.segment_ids or tuple(range(1, self.k + 1))

    def id_of(self, segment: int) -> int:
        """Return the id under which readers know segment 0..k."""
        return self.ids[segment - 1] if segment else 0

    def numbers(self, ids: Sequence[int]) -> list[int]:
        """Return which of 1..k have these ids."""
        return [self.ids.index(known) + 1 for known in ids]


def group_counts(findings: Findings, segments: Sequence[int], *, placed: bool = True) -> GroupCounts:
    """Count customers and population of some segments taken as one, over placed rows or over all."""
    population, customers = findings.tables["population"].sizes, findings.tables["customers"].sizes
    first = 1 if placed else 0
    chosen = list(segments)
    return GroupCounts(
        int(customers[chosen].sum()),
        int(customers[first:].sum()),
        int(population[chosen].sum()),
        int(population[first:].sum()),
        findings.data.overlap,
    )
