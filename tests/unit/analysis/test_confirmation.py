"""The short list on a larger sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reportgen.analysis import confirmation
from reportgen.analysis.choice import choose_k
from reportgen.analysis.confirmation import confirm
from reportgen.analysis.refits import Agreement, Refit
from reportgen.analysis.scan import KResult, Replicates, scan_k
from reportgen.engine.local import LocalEngine
from tests.unit.analysis.scanned import agreement, blobs, result, variances


def test_clear_types_are_confirmed_by_more_rows() -> None:
    large = blobs(900)
    sample = large.first(300)
    results = scan_k(LocalEngine(1), sample, variances(sample), range(2, 6), 1, Replicates(2, 4, 2))
    found = confirm(LocalEngine(2), large, results, 1, 3)
    looked = [r for r in found if r.confirmation is not None]
    assert [r.k for r in looked] == [r.k for r in results if len(r.agreement.ari) == 4]
    three = next(r for r in looked if r.k == 3)
    assert three.confirmation is not None
    assert (three.confirmation.rows, three.confirmation.ari) == (900, (1.0, 1.0, 1.0))
    assert three.confirmation.lowest_jaccard == 1.0
    assert choose_k(found, None).k == 3
    # All else stays as it was.
    assert [replace(r, confirmation=None) for r in looked] == [r for r in results if len(r.agreement.ari) == 4]


def looked_at(
    monkeypatch: pytest.MonkeyPatch, results: list[KResult], firm: set[int]
) -> tuple[list[int], tuple[KResult, ...]]:
    """Confirm with made-up outcomes: the k in ``firm`` agree on more rows, the others do not."""
    seen: list[int] = []

    def draw(_engine: object, _points: object, wanted: dict[int, range], _stream: object) -> dict[int, list[Refit]]:
        seen.extend(wanted)
        return {k: [] for k in wanted}

    def measure(labels: np.ndarray, _refits: object) -> Agreement:
        k = int(labels[0])
        return agreement(k, 0.9, 0.9) if k in firm else agreement(k, 0.5, 0.5)

    class Large:
        def nearest(self, centroids: np.ndarray) -> np.ndarray:
            return np.array([len(centroids)])

    monkeypatch.setattr(confirmation, "draw_refits", draw)
    monkeypatch.setattr(confirmation, "measure_agreement", measure)
    return seen, confirm(LocalEngine(1), Large(), results, 1, 2)  # type: ignore[arg-type]


SCANNED = [
    result(2, 0.9, 0.9, gap=0.1),
    result(3, 0.9, 0.9, gap=0.2),
    result(4, 0.5, 0.5, gap=0.5),
    result(5, 0.9, 0.9, gap=0.3, refits=6),
    result(6, 0.9, 0.9, gap=0.4, refits=6),
]


def test_only_the_short_list_is_looked_at_if_one_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, found = looked_at(monkeypatch, SCANNED, {5})
    assert seen == [5, 6]
    assert [r.k for r in found if r.stable] == [2, 3, 5]
    assert choose_k(found, None).k == 5


def test_if_none_holds_the_others_follow_by_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, found = looked_at(monkeypatch, SCANNED, {2})
    assert seen == [5, 6, 3, 2]  # 4 is not stable on the sample
    assert choose_k(found, None).k == 2


def test_none_may_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    seen, found = looked_at(monkeypatch, SCANNED, set())
    assert seen == [5, 6, 3, 2]
    assert not any(r.stable for r in found)
