"""Write the demo pair with its types moved together, so that they overlap, down to one cloud without any.

    python -m benchmarks.overlapping FOLDER [--rows 891221] [--apart 0.4]

The columns, codes, gaps and shares of codes are those of the demo. The means of the types are ``apart`` times as far
from each other, and people spread more within a type, so that traits vary as much as before. On clear types a start of
k-means ends after some twenty steps; on overlapping ones, which are closer to what is published of AZDIAS (elbow curves
without a bend), it takes up to two hundred.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from math import sqrt
from pathlib import Path

from reportgen.demo import files, people, scores, write_demo
from reportgen.demo.planted import SPREAD, TRAITS, TYPES

FULL_ROWS = 891_221
_MODULES = (files, people, scores)


def move_together(apart: float) -> None:
    """Let the demo draw types that are ``apart`` times as far from each other, in this process from now on."""
    middle = [sum(kind.population_share * kind.means[at] for kind in TYPES) for at in range(len(TRAITS))]
    between = [
        sum(kind.population_share * (kind.means[at] - middle[at]) ** 2 for kind in TYPES) for at in range(len(TRAITS))
    ]
    types = tuple(
        replace(kind, means=tuple(m + apart * (own - m) for own, m in zip(kind.means, middle, strict=True)))
        for kind in TYPES
    )
    spread = {
        trait: sqrt(SPREAD[trait] ** 2 + (1 - apart**2) * variance)
        for trait, variance in zip(TRAITS, between, strict=True)
    }
    for module in _MODULES:
        for name, value in (("TYPES", types), ("SPREAD", spread)):
            if hasattr(module, name):
                setattr(module, name, value)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=FULL_ROWS)
    parser.add_argument("--apart", type=float, default=0.4)
    arguments = parser.parse_args()
    move_together(arguments.apart)
    write_demo(arguments.folder, arguments.rows)
