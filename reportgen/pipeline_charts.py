"""Drawing the charts of a run, in a helper where there is one: it has loaded the library, and this process goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial

from reportgen.analysis.result import Analysis
from reportgen.charts.shown import in_order
from reportgen.charts.style import Chart
from reportgen.engine.helpers import Helpers
from reportgen.language import said_again, speaking

_Placed = list[tuple[int, Chart]]


def draw_charts(language: str, analysis: Analysis, paper: bool) -> _Placed:
    """Draw the charts for paper, or those for the screen alone, in the language of the report."""
    from reportgen.charts.gallery import Use, draw  # its library takes a while to load

    with speaking(language):
        return said_again(
            list(draw(analysis, Use.PAPER if paper else Use.SCREEN))
        )  # a text that travels would speak as the other side does


@dataclass(frozen=True)
class Charts:
    """The charts that a report shows, of which those for paper are there first.

    Attributes
    ----------
    wait_for
        Gives the charts for paper (True) or the others (False) with their places.
    """

    wait_for: Callable[[bool], _Placed]

    @staticmethod
    def drawn_here(language: str, analysis: Analysis) -> Charts:
        """Draw when they are asked for."""
        return Charts(partial(draw_charts, language, analysis))

    @cached_property
    def printed(self) -> Mapping[str, Chart]:
        """Those on paper, by id."""
        return in_order(self._for_paper)

    @cached_property
    def all(self) -> Mapping[str, Chart]:
        """Those on the pages by id, in their order."""
        return in_order([*self._for_paper, *self.wait_for(False)])

    @cached_property
    def _for_paper(self) -> _Placed:
        return self.wait_for(True)


class Studio:
    """Where charts are drawn.

    Parameters
    ----------
    helpers
        Draw while this process goes on; without any, charts are drawn when they are asked for.
    """

    def __init__(self, helpers: Helpers | None, pool: ThreadPoolExecutor) -> None:
        self._helpers, self._pool = helpers, pool

    def begin(self, language: str, analysis: Analysis) -> Charts:
        """Begin to draw the charts of a report."""
        if not self._helpers:
            return Charts.drawn_here(language, analysis)
        draw = partial(draw_charts, language, analysis)
        begun = {
            paper: self._pool.submit(self._helpers.map, draw, [paper], here=False) for paper in (True, False)
        }  # one after the other
        return Charts(lambda paper: begun[paper].result()[0])


@contextmanager
def open_studio(helpers: Helpers | None) -> Iterator[Studio]:
    """Make ready to draw; what was begun and not asked for ends with the context."""
    with ThreadPoolExecutor(1) as pool:
        yield Studio(helpers, pool)
