"""What the report says of the components and of the number of segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Loading:
    """Correlation of one encoded column with a component; ``phrase`` says what the positive end means.

    At the ends of a component, three features or more of one family are told as one: ``told`` counts them, and
    ``relatives`` all of the family in the distance; else both are null.
    """

    feature: str
    label: str
    phrase: str
    correlation: float
    told: int | None
    relatives: int | None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """One kept component in words.

    ``explained`` is its share of the total variance; ``beats_parallel`` says whether its eigenvalue and those of all
    components before it lie above the parallel-analysis line. ``high`` and ``low`` hold at most three loadings per end;
    ``loadings`` the twelve largest in absolute value. ``congruence`` is Tucker's, the mean over bootstrap samples.
    """

    component: int
    explained: float
    beats_parallel: bool
    congruence: float
    sentence: str
    title: str
    high: tuple[Loading, ...]
    low: tuple[Loading, ...]
    loadings: tuple[Loading, ...]


@dataclass(frozen=True)
class Components:
    """Principal components of the encoded population.

    ``eigenvalues`` holds all of them; ``parallel`` the 95 % line of data with permuted features, same length.
    ``explained`` is the share of variance of the ``kept`` first ones. ``hardly_used`` lists features of whose
    inertia under 20 % is kept.
    """

    kept: int
    explained: float
    encoded_columns: int
    reason: str
    eigenvalues: tuple[float, ...]
    parallel: tuple[float, ...]
    hardly_used: tuple[str, ...]
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class KRow:
    """One number of segments that was tried.

    ``inertia`` is the mean squared distance to the centroid as a share of the total; ``silhouette`` the simplified
    silhouette; ``ari`` the mean adjusted Rand index over ``pairs`` bootstrap pairs with ``ari_low`` the smallest;
    ``jaccard`` the smallest mean Jaccard similarity of any segment. ``inertia_null``, ``silhouette_null`` and
    ``ari_null`` are those of data without groups: one normal cloud cut into the codes of the data. ``confirmed_ari``
    and ``confirmed_jaccard`` are agreement and similarity over ``confirmed_pairs`` pairs of a larger sample of
    ``confirmed_rows`` rows.
    """

    k: int
    inertia: float
    inertia_null: float | None
    silhouette: float
    silhouette_null: float
    ari: float
    ari_low: float
    ari_null: float | None
    jaccard: float
    pairs: int
    confirmed_rows: int | None = None
    confirmed_pairs: int | None = None
    confirmed_ari: float | None = None
    confirmed_jaccard: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Choice:
    """The number of segments and why.

    ``stable`` holds the numbers at which refits agree and every segment is found again, the preferred one first;
    ``runner_up`` is the next best k, if any; ``passed_over`` counts numbers with a segment too small to be published.
    ``merged_from`` is the number of segments before those with fewer than ten people on a side were merged.
    """

    k: int
    reason: str
    given: bool
    stable: tuple[int, ...]
    runner_up: int | None
    passed_over: int
    merged_from: int | None
    sample_rows: int
    scan: tuple[KRow, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def selected(self) -> int:
        """The number that was given or chosen among those tried, before segments were merged."""
        return self.k if self.merged_from is None else self.merged_from
