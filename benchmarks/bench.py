"""Time, processor seconds and memory of whole commands, beside the targets, the floor and the way of the notebooks.

    python -m benchmarks.bench [--rows 891221] [--runs 3] [--notebook-rows 100000] [--work FOLDER]

Prints a table and writes ``benchmarks/results.json``. Every figure is of a whole process with its children; times are
medians over runs, memory is the largest peak. ``--notebook-rows 0`` leaves the notebooks out: at the full size they
take half an hour and 8 GB.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.measure import PROGRAM, Figures, Measure, run

HERE = Path(__file__).parent
FULL_ROWS = 891_221
SMALL_ROWS = 100_000


@dataclass(frozen=True)
class Target:
    """What a row of the table must reach at the full size; None where nothing is demanded."""

    what: str
    wall: float | None = None
    cpu: float | None = None
    peak_mb: float | None = None


COLD = Target("build --no-pdf, empty output", 22.0, 40.0, 1_200.0)
WITH_PDF = Target("build with PDF, empty output", 28.0)
CHANGED = Target("another title, blocks from the cache", 12.0)
CUSTOMERS = Target("new customer file alone", 10.0)
NOTHING = Target("nothing changed", 1.0)
HELP = Target("--help", 0.3)
SMALL = Target("100,000 people with PDF", 15.0)


class Bench:
    """Runs builds of one pair in a work folder."""

    def __init__(self, work: Path, runs: int) -> None:
        self.work, self.runs = work, runs
        self.steps: dict[str, float] = {}
        self.found: dict[str, dict[str, float | int | None]] = {}
        self.ratios: dict[str, float] = {}
        self.inertia: dict[str, dict[str, float]] = {}

    def pair(self, rows: int) -> Path:
        """Return the folder of a demo pair, written when it is not there yet."""
        folder = self.work / f"demo-{rows}"
        if not folder.exists():
            run([*PROGRAM, "demo", folder, "--rows", str(rows), "-q"])
        return folder

    def overlapping(self, rows: int) -> Path:
        """Return the folder of a pair like the demo, with types that overlap."""
        folder = self.work / f"overlapping-{rows}"
        if not folder.exists():
            run([sys.executable, "-m", "benchmarks.overlapping", folder, "--rows", str(rows)], HERE.parent)
        return folder

    def build(self, pair: Path, *options: str) -> Measure:
        """Build into the output folder of this benchmark."""
        return run([*PROGRAM, "build", "-c", pair / "reportgen.toml", "-o", self.work / "output", *options])

    def cold(self, pair: Path, *options: str) -> Measure:
        """Build into an empty output, where nothing is known from before."""
        shutil.rmtree(self.work / "output", ignore_errors=True)
        return self.build(pair, *options)

    def row(self, target: Target, once: Callable[[], Measure]) -> Figures:
        """Measure a row of the table and print it."""
        figures = Figures.of([once() for _ in range(self.runs)])
        self.keep(target, figures)
        return figures

    def keep(self, target: Target, figures: Figures) -> None:
        """Print a row and keep it for the file."""
        wanted = {"wall": target.wall, "cpu": target.cpu, "peak_mb": target.peak_mb}
        self.found[target.what] = asdict(figures) | {f"target_{name}": value for name, value in wanted.items()}
        cells = [
            f"{getattr(figures, name):>9,.1f}{f' / {most:,.1f}' if most else '':<10}" for name, most in wanted.items()
        ]
        print(f"{target.what:<42}{''.join(cells)}", flush=True)


def measure_builds(bench: Bench, rows: int) -> Figures:
    """Measure the rows that concern one pair; return the cold build."""
    pair = bench.pair(rows)
    other = bench.work / f"other-{rows}"
    if not other.exists():
        run([*PROGRAM, "demo", other, "--rows", str(rows), "--seed", "2", "-q"])

    numbers = iter(range(1_000))

    def new_customers() -> Measure:
        """Build with the customers of another month after a build with those of the first."""
        bench.cold(pair, "--no-pdf")
        options = ("--customers", str(other / "customers.csv"), "--no-pdf")
        return bench.build(pair, *options)

    def floor() -> Measure:
        folder = Path(tempfile.mkdtemp(dir=bench.work))
        return run([sys.executable, HERE / "floor.py", pair / "population.csv", pair / "customers.csv", folder])

    floors, colds = [], []
    for _ in range(bench.runs):  # one after the other, so that both see the same machine
        floors.append(floor())
        colds.append(bench.cold(pair, "--no-pdf"))
    figures = Figures.of(colds)
    bench.keep(COLD, figures)
    steps = [run.steps() for run in colds]
    bench.steps = {name: round(median(of_run[name] for of_run in steps), 2) for name in steps[0]}
    bench.keep(Target("floor: read, one XᵀX, one Lloyd pass, write"), Figures.of(floors))
    bench.row(WITH_PDF, lambda: bench.cold(pair))
    bench.row(NOTHING, lambda: bench.build(pair))
    bench.row(CHANGED, lambda: bench.build(pair, "--no-pdf", "--title", f"Another {next(numbers)}"))
    bench.row(CUSTOMERS, new_customers)
    bench.row(HELP, lambda: run([*PROGRAM, "--help"]))
    return figures


def measure_notebooks(bench: Bench, rows: int) -> None:
    """Measure the way of the notebooks once, and the product on the same rows; print the ratio and the inertia.

    On the demo, whose types are clear, and on the same with types that overlap: there k-means takes more steps.
    """
    for kind, pair in (("clear", bench.pair(rows)), ("overlapping", bench.overlapping(rows))):
        what = f"{rows:,} people, {kind} types"
        ours = bench.row(Target(f"build --no-pdf, {what}"), partial(bench.cold, pair, "--no-pdf"))
        files = (pair / "population.csv", pair / "customers.csv", pair / "dictionary" / "features.csv")
        theirs = run([sys.executable, HERE / "notebook_way.py", *files])
        bench.keep(Target(f"notebook way, {what}"), Figures.of([theirs]))
        ratio = bench.ratios[f"notebook way, {kind} types"] = round(theirs.wall / ours.wall, 1)
        print(f"the notebook way takes {ratio:.0f} times as long", flush=True)
        excess = json.loads(run([sys.executable, "-m", "benchmarks.inertia", pair], HERE.parent).output)
        bench.inertia[f"{kind} types"] = excess
        print(
            f"inertia above that of ten starts on the same encoding, in %, by number of segments: {excess}", flush=True
        )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure everything and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=FULL_ROWS)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--notebook-rows", type=int, default=SMALL_ROWS)
    parser.add_argument("--work", type=Path, help="folder for pairs and reports; kept, so that pairs are written once")
    given = parser.parse_args(arguments)
    work = given.work or Path(tempfile.mkdtemp(prefix="reportgen-bench-"))
    work.mkdir(parents=True, exist_ok=True)
    bench = Bench(work, given.runs)
    cores, load = os.cpu_count(), os.getloadavg()[0]
    print(f"{given.rows:,} people, {cores} cores, load {load:.1f} before; found / target\n")
    print(f"{'':<42}{'wall s':>9}{'':<10}{'cpu s':>9}{'':<10}{'peak MB':>9}")
    cold = measure_builds(bench, given.rows)
    small = bench.pair(SMALL_ROWS)
    bench.row(SMALL, lambda: bench.cold(small))
    floor = bench.found["floor: read, one XᵀX, one Lloyd pass, write"]["wall"]
    assert isinstance(floor, float)
    bench.ratios["floor"] = round(cold.wall / floor, 1)
    print(f"the cold build takes {cold.wall / floor:.1f} times as long as the floor")
    if given.notebook_rows:
        measure_notebooks(bench, given.notebook_rows)
    machine = {"cores": cores, "load": load, "python": platform.python_version(), "system": platform.system()}
    results = {
        "rows": given.rows,
        "machine": machine,
        "commands": bench.found,
        "ratios": bench.ratios,
        "inertia above ten starts in %": bench.inertia,
        "steps of the cold build": bench.steps,
    }
    (HERE / "results.json").write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
