"""The accumulators of all columns together, and what is known of them between two files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reportgen.dictionary import Feature
from reportgen.ingest.codes import Tally, TextCodes, TextState
from reportgen.ingest.number_codes import NumberCodes, NumberState

Codes = TextCodes | NumberCodes


@dataclass(frozen=True)
class CodesState:
    """What is known of all columns between two files, by column name.

    Attributes
    ----------
    texts, numbers
        Columns of names and ranks, and of quantities.
    """

    texts: Mapping[str, TextState]
    numbers: Mapping[str, NumberState]


class Columns:
    """The accumulators of all columns, over the files of one build.

    Parameters
    ----------
    features
        Declared features that are read.
    state
        What earlier files held.
    """

    def __init__(self, features: Sequence[Feature], state: CodesState | None = None) -> None:
        self.codes: dict[str, Codes] = {}
        for feature in features:
            if feature.is_number:
                self.codes[feature.name] = (
                    NumberCodes.restored(feature, state.numbers[feature.name]) if state else NumberCodes(feature)
                )
            else:
                self.codes[feature.name] = (
                    TextCodes.restored(feature, state.texts[feature.name]) if state else TextCodes(feature)
                )

    def start(self, file: str, decimal: str) -> None:
        """Begin with a file, whose name serves messages and whose decimal sign tells what is a number."""
        for codes in self.codes.values():
            codes.start(file, decimal)

    def admit(self, state: CodesState) -> None:
        """Take in the raw codes of rows that follow, in their order; what was counted there is left out.

        Raises
        ------
        InputError
            At too many levels.
        """
        for name, codes in self.codes.items():
            if isinstance(codes, NumberCodes):
                codes.admit(state.numbers[name])
            else:
                codes.admit(state.texts[name])

    def add(self, tallies: Mapping[str, Tally]) -> None:
        """Add what was counted elsewhere, by the raw codes of here."""
        for name, tally in tallies.items():
            self.codes[name].add(tally)

    def tally(self) -> dict[str, Tally]:
        """Return what has been counted, by column, and begin anew."""
        return {name: codes.tally() for name, codes in self.codes.items()}

    def state(self) -> CodesState:
        """Return what has been seen, by final raw code."""
        texts = {name: codes.state() for name, codes in self.codes.items() if isinstance(codes, TextCodes)}
        numbers = {name: codes.state() for name, codes in self.codes.items() if isinstance(codes, NumberCodes)}
        return CodesState(texts, numbers)

    def settle(self) -> dict[str, NDArray[np.int32]]:
        """Make provisional raw codes final.

        Returns
        -------
        dict
            Final raw code by provisional one, for the columns in which they differ.
        """
        moved: dict[str, NDArray[np.int32]] = {}
        for name, codes in self.codes.items():
            if isinstance(codes, NumberCodes) and codes.exponent is not None:
                final = codes.final()
                if not np.array_equal(final, np.arange(len(final))):
                    moved[name] = final
                    self.codes[name] = NumberCodes.restored(codes.feature, codes.state())
        return moved
