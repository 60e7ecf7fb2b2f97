"""Fail when the tests take too few branches of the statistics; silent when they take enough."""

import json
import sys
from io import StringIO
from pathlib import Path

from coverage import Coverage

FOLDER = "reportgen/analysis"
LEAST = 0.95


def main() -> int:
    """Compare the share of branches taken under ``FOLDER`` with ``LEAST``; return the exit status."""
    data = Coverage()
    data.load()
    target = Path(".coverage.json")
    data.json_report(outfile=str(target), include=[f"{FOLDER}/*"])
    report = json.loads(target.read_text(encoding="utf-8"))
    target.unlink()
    totals = report["totals"]
    share = totals["covered_branches"] / totals["num_branches"] if totals["num_branches"] else 1.0
    if share >= LEAST:
        return 0
    table = StringIO()
    data.report(file=table, include=[f"{FOLDER}/*"], show_missing=True, skip_covered=True)
    print(table.getvalue(), end="")
    print(f"{FOLDER}: {share:.1%} of the branches are tested; at least {LEAST:.0%} are asked for")
    return 1


if __name__ == "__main__":
    sys.exit(main())
