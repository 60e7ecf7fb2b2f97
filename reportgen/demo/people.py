"""Drawing the people of the demo, block by block, in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reportgen.demo.derived import (
    AVANTGARDE,
    CAMEO_INTERNATIONAL,
    EASTERN_YOUTH,
    FAMILY_GROUPS,
    FINANCE_TYPE_CODES,
    FINANCE_TYPE_DEFAULT,
    STAGE_GROUPS,
    STATUS_GROUPS,
    finance_types,
    recoded,
)
from reportgen.demo.gaps import gaps
from reportgen.demo.model import DEFAULT_SHARE
from reportgen.demo.planted import LOW_INFORMATION, SPREAD, TRAITS, TYPES, DemoSide, type_shares
from reportgen.demo.scores import Model, demo_model, draw_scores, leaves
from reportgen.dictionary import read_dictionary

DRAW_ROWS = 65_536  # people drawn at a time; each block has a random stream of its own

Coded = dict[str, tuple[NDArray[np.int16], tuple[str, ...]]]


@dataclass(frozen=True)
class People:
    """Drawn people in coded form.

    Attributes
    ----------
    codes
        By column, in file order: position of each row's code in ``levels``, int16 of shape (n_rows,).
    levels
        By column: the codes as text; "" is a blank cell.
    types : ndarray of int8, shape (n_rows,)
        Planted type of each row; 0 for a record with little information.
    """

    codes: Mapping[str, NDArray[np.int16]]
    levels: Mapping[str, tuple[str, ...]]
    types: NDArray[np.int8]

    def text(self, column: str) -> NDArray[np.str_]:
        """Return one column as text, "" where blank, shape (n_rows,)."""
        return np.array(self.levels[column])[self.codes[column]]


@cache
def column_names() -> tuple[str, ...]:
    """Return the 85 column names in file order."""
    return tuple(read_dictionary("azdias").by_name)


def draw_people(rows: int, seed: int, side: DemoSide, types: ArrayLike | None) -> People:
    """Draw people in memory; see ``reportgen.demo.draw``."""
    given = None if types is None else np.asarray(types, dtype=np.int8)
    blocks = list(draw_blocks(rows, seed, side, given))
    codes = {name: np.concatenate([block.codes[name] for block in blocks]) for name in column_names()}
    return People(codes, blocks[0].levels, np.concatenate([block.types for block in blocks]))


def draw_blocks(rows: int, seed: int, side: DemoSide, types: NDArray[np.int8] | None = None) -> Iterator[People]:
    """Yield the people of one side in blocks of ``DRAW_ROWS``; memory does not grow with ``rows``."""
    for number, start in enumerate(range(0, max(rows, 1), DRAW_ROWS)):
        size = min(DRAW_ROWS, rows - start)
        stream = np.random.SeedSequence([seed, 0 if side == "population" else 1, number])
        given = None if types is None else types[start : start + size]
        people = _draw_block(size, np.random.default_rng(stream), side, given)
        if number == 0 and side == "population":
            _plant_rare_code(people)
        yield people


def _draw_block(rows: int, generator: np.random.Generator, side: DemoSide, given: NDArray[np.int8] | None) -> People:
    model = demo_model()
    types, kinds = _draw_types(rows, generator, side)
    if given is not None:
        types, kinds = given, np.where(given > 0, given - 1, kinds)
    low = types == 0
    scores = draw_scores(model, _draw_traits(kinds, generator), generator)
    coded = _cut_columns(model, scores, low, generator)
    _add_derived(coded, model, scores, low)
    _add_youth(coded)
    _leave_gaps(coded, low, generator)
    _add_green(coded)
    names = column_names()
    return People({name: coded[name][0] for name in names}, {name: coded[name][1] for name in names}, types)


def _draw_types(rows: int, generator: np.random.Generator, side: DemoSide) -> tuple[NDArray[np.int8], NDArray[np.intp]]:
    """Draw planted types (0 = low information) and the rows of ``TYPES`` whose traits are used.

    Low-information records take theirs from the population's shares on both sides, so that they too are
    alike on both sides.
    """
    low, pick, pick_low = generator.random((3, rows))
    is_low = low < LOW_INFORMATION[side]
    kinds = np.searchsorted(np.cumsum(type_shares(side))[:-1], pick, side="right")
    kinds_low = np.searchsorted(np.cumsum(type_shares("population"))[:-1], pick_low, side="right")
    types = np.where(is_low, 0, kinds + 1).astype(np.int8)
    return types, np.where(is_low, kinds_low, kinds)


def _draw_traits(kinds: NDArray[np.intp], generator: np.random.Generator) -> NDArray[np.float32]:
    means = np.array([planted.means for planted in TYPES], dtype=np.float32)
    traits = generator.standard_normal((len(TRAITS), len(kinds)), dtype=np.float32)
    for row, name in enumerate(TRAITS):
        traits[row] *= np.float32(SPREAD[name])
        traits[row] += means[kinds, row]
    return traits


def _cut_columns(
    model: Model, scores: NDArray[np.float32], low: NDArray[np.bool_], generator: np.random.Generator
) -> Coded:
    coded: Coded = {}
    low_rows = np.flatnonzero(low)
    for cut in model.scales:
        codes = np.searchsorted(cut.cuts, scores[cut.score]).astype(np.int16)
        if cut.column.default:
            chosen = low_rows[generator.random(len(low_rows)) < DEFAULT_SHARE]
            codes[chosen] = cut.codes.index(cut.column.default)
        levels = (*cut.codes, "5") if cut.column.name == "GEBAEUDETYP" else cut.codes
        coded[cut.column.name] = (codes, levels)
    for nest in model.nested:
        codes = leaves(nest, scores).astype(np.int16)
        if nest.column.default:
            codes[low_rows] = nest.codes.index(nest.column.default)
        coded[nest.column.name] = (codes, nest.codes)
    return coded


def _add_derived(coded: Coded, model: Model, scores: NDArray[np.float32], low: NDArray[np.bool_]) -> None:
    for rough, fine, groups in (
        ("LP_LEBENSPHASE_GROB", "LP_LEBENSPHASE_FEIN", STAGE_GROUPS),
        ("LP_FAMILIE_GROB", "LP_FAMILIE_FEIN", FAMILY_GROUPS),
        ("LP_STATUS_GROB", "LP_STATUS_FEIN", STATUS_GROUPS),
        ("CAMEO_DEUG_2015", "CAMEO_DEU_2015", {code: code[0] for code in CAMEO_INTERNATIONAL}),
        ("CAMEO_INTL_2015", "CAMEO_DEU_2015", CAMEO_INTERNATIONAL),
    ):
        coded[rough] = recoded(*coded[fine], groups)
    finance = finance_types(model, scores).astype(np.int16)
    finance[low] = FINANCE_TYPE_CODES.index(FINANCE_TYPE_DEFAULT)
    coded["FINANZTYP"] = (finance, FINANCE_TYPE_CODES)


def _add_youth(coded: Coded) -> None:
    """Turn western codes of youth into eastern ones for people in the former East."""
    codes, names = coded["youth"]
    region, regions = coded["OST_WEST_KZ"]
    eastern, all_names = recoded(codes, names, EASTERN_YOUTH)
    levels = tuple(dict.fromkeys((*names, *all_names)))
    east = np.array([levels.index(name) for name in all_names], dtype=np.int16)[eastern]
    coded["PRAEGENDE_JUGENDJAHRE"] = (np.where(region == regions.index("O"), east, codes), levels)


def _leave_gaps(coded: Coded, low: NDArray[np.bool_], generator: np.random.Generator) -> None:
    missing: dict[str, NDArray[np.bool_]] = {}
    for columns, code, rows in gaps(low, generator):
        for name in columns:
            codes, levels = coded[name]
            text = "X" if code == "XX" and name == "CAMEO_DEUG_2015" else code
            if text not in levels:
                levels = (*levels, text)
            earlier = missing.get(name)
            codes[rows if earlier is None else rows & ~earlier] = levels.index(text)
            missing[name] = rows if earlier is None else rows | earlier
            coded[name] = (codes, levels)


def _plant_rare_code(people: People) -> None:
    """Give one person of the population a building type that no customer has, as in the published file."""
    placed = np.flatnonzero(people.types > 0)
    people.codes["GEBAEUDETYP"][placed[:1]] = people.levels["GEBAEUDETYP"].index("5")


def _add_green(coded: Coded) -> None:
    """Add GREEN_AVANTGARDE, the avantgarde half of the youth codes; 0 where the youth is unknown."""
    codes, levels = coded["PRAEGENDE_JUGENDJAHRE"]
    green = np.array([level in AVANTGARDE for level in levels], dtype=np.int16)
    coded["GREEN_AVANTGARDE"] = (green[codes], ("0", "1"))
