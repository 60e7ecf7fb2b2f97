"""Published segments against scikit-learn's best of ten starts, on all rows of the same encoding.

    python -m benchmarks.inertia FOLDER [--k 5 8 15]

FOLDER holds a pair as the demo writes it. Prints, for each number of segments, by how many per cent the inertia of the
published segments lies above that of ``KMeans(k, n_init=10)`` on all placed rows, as JSON; below zero is better.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from threadpoolctl import threadpool_limits

from reportgen.analysis.points import Points
from reportgen.analysis.run import analyse
from reportgen.analysis.segmentation import Model
from reportgen.analysis.settings import Settings
from reportgen.dictionary import read_dictionary
from reportgen.engine.local import LocalEngine
from reportgen.ingest.ingest import IngestRequest, ingest
from reportgen.ingest.table import CodedTable

STARTS = 10


def compare(folder: Path, ks: Sequence[int]) -> dict[int, float]:
    """Return the excess inertia in per cent by number of segments."""
    excess = {}
    with tempfile.TemporaryDirectory() as blocks:
        request = IngestRequest(folder / "population.csv", folder / "customers.csv", id_column="LNR")
        table = ingest(read_dictionary(folder / "dictionary" / "features.csv"), request, Path(blocks))
        for k in ks:
            with threadpool_limits(1):  # as a build has it
                _, model = analyse(table, Settings(k=k, quick=True), LocalEngine(2))
            rows = placed_rows(table, model)
            best = KMeans(k, n_init=STARTS, random_state=1).fit(rows).cluster_centers_
            points = Points.of(rows)
            ours, theirs = (points.assign(c.astype(np.float64))[1] for c in (model.segmentation.centroids, best))
            excess[k] = round(100 * (ours / theirs - 1), 4)
    return excess


def placed_rows(table: CodedTable, model: Model) -> NDArray[np.float32]:
    """Return every placed row of the population in the kept components, shape (n_rows, kept)."""
    engine, found = LocalEngine(), []
    for block in table.population.blocks:
        rows = model.components.project_codes(model.encoder, engine.read(block, model.encoder.columns))
        placed = model.placement.placed(block, engine.read)
        found.append((rows if placed is None else rows[placed]).astype(np.float32))
    return np.concatenate(found)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--k", type=int, nargs="+", default=[5, 8, 15])
    arguments = parser.parse_args()
    print(json.dumps(compare(arguments.folder, arguments.k)))
