"""How time and memory grow with the number of people: 0.1, 1 and 10 million, with the exponent that fits.

    python -m benchmarks.scale [--millions 0.1 1 10] [--runs 3] [--work FOLDER]

The exponent is the slope of log time over log people. Writes ``benchmarks/scale.json``. Ten million people are 1.8 GB
of CSV, which take some minutes to make up; pairs in the work folder are kept.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import asdict
from pathlib import Path

import numpy as np

from benchmarks.bench import HERE, Bench
from benchmarks.measure import Figures


def main() -> None:
    """Build each size and fit the exponent."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", type=float, nargs="+", default=[0.1, 1.0, 10.0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--work", type=Path, help="folder for pairs and reports")
    given = parser.parse_args()
    work = given.work or Path(tempfile.mkdtemp(prefix="reportgen-scale-"))
    work.mkdir(parents=True, exist_ok=True)
    bench, found = Bench(work, given.runs), {}
    print(f"{'people':>12}{'wall s':>10}{'cpu s':>10}{'peak MB':>10}")
    for millions in given.millions:
        rows = round(millions * 1_000_000)
        pair = bench.pair(rows)
        figures = Figures.of([bench.cold(pair, "--no-pdf") for _ in range(given.runs)])
        found[rows] = figures
        print(f"{rows:>12,}{figures.wall:>10.1f}{figures.cpu:>10.1f}{figures.peak_mb:>10,.0f}", flush=True)
    exponents = {}
    if len(found) > 1:
        sizes = np.log(list(found))
        for what in ("wall", "cpu", "peak_mb"):
            slope = np.polyfit(sizes, np.log([getattr(figures, what) for figures in found.values()]), 1)[0]
            exponents[what] = round(float(slope), 2)
        print("exponents: " + ", ".join(f"{what} {slope:.2f}" for what, slope in exponents.items()))
    results = {"people": {rows: asdict(figures) for rows, figures in found.items()}, "exponents": exponents}
    (HERE / "scale.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
