"""Which segments are alike: Ward's tree on the segments, cut into families."""

from __future__ import annotations

from dataclasses import dataclass

from reportgen.analysis.result import Analysis
from reportgen.analysis.result_segments import FamilyTree, Segment
from reportgen.charts.canvas import Canvas, Point, Scale
from reportgen.charts.fonts import wrap
from reportgen.charts.segments import colour_of, own_index
from reportgen.charts.style import LIGHT, NARROW, SMALL, STRONG, TEXT, WIDTH, Chart
from reportgen.charts.words import listing, source_line, whole
from reportgen.language import say

_LEADING = 14.5


def families_chart(analysis: Analysis) -> Chart | None:
    """Draw the tree from the segments at the left to where all are one at the right, family under family."""
    tree = analysis.families
    if tree.cut is None:
        return None
    of = {segment.id: segment for segment in analysis.placed}
    groups = [listing(sorted(of[segment].letter for segment in family)) for family in tree.families]
    joined = "; ".join(groups)
    title = say(
        "{n} segments fall into {families} families: {joined}",
        n=whole(len(of)),
        families=len(groups),
        joined=joined,
    )
    named = "; ".join(f"{letters}: {name}" for letters, name in zip(groups, tree.names, strict=True))
    return (
        _Drawing(tree, of)
        .canvas()
        .chart(
            "families",
            title=title,
            subtitle=say(
                "Tree of the segments (Ward): the further right two meet, the less alike they are; dashed: where "
                "the tree is cut into families"
            ),
            alt=say("Tree that joins the most alike segments first. {named}.", named=named),
            columns={
                say("family"): "count",
                say("what they share"): "text",
                say("segment"): "text",
                say("name"): "text",
                say("index"): "index",
                say("population share"): "share",
            },
            rows=tuple(
                (number, tree.names[number - 1], of[s].letter, of[s].name, own_index(of[s]), of[s].population.share)
                for number, family in enumerate(tree.families, start=1)
                for s in family
            ),
            source=source_line(analysis),
            narrow=_Drawing(tree, of, NARROW, 186.0).canvas(),
        )
    )


@dataclass(frozen=True)
class _Drawing:
    """The tree at one width; segments are named in ``label`` pixels at the left."""

    tree: FamilyTree
    of: dict[int, Segment]
    width: float = WIDTH
    label: float = 300.0

    def canvas(self) -> Canvas:
        """Draw everything."""
        rows, heads, bottom = self._layout()
        canvas = Canvas(bottom + 24, self.width)
        scale = Scale(0.0, 1.03 * self.tree.merges[-1].height or 1.0, self.label + 44, self.width - 4)
        cut = scale(self.tree.cut or 0.0)
        canvas.line([(cut, 4), (cut, bottom)], LIGHT.axis, 0.9, dash=(4, 3), z=1)
        canvas.text(scale.start, bottom + 12, say("more alike"), size=SMALL, fill=LIGHT.muted)
        canvas.text(scale.end, bottom + 12, say("less alike"), size=SMALL, fill=LIGHT.muted, anchor="end")
        for y, lines in heads:
            canvas.lines(0, y, lines, weight=STRONG)
        for segment, (y, lines) in rows.items():
            self._leaf(canvas, self.of[segment], y, lines)
        self._branches(canvas, scale, {segment: y for segment, (y, _) in rows.items()})
        return canvas

    def _layout(self) -> tuple[dict[int, tuple[float, tuple[str, ...]]], list[tuple[float, tuple[str, ...]]], float]:
        """Stack the families: the middle and the lines of each segment, those of each heading, and where all ends."""
        rows: dict[int, tuple[float, tuple[str, ...]]] = {}
        heads = []
        y = 4.0
        for family, name in zip(self.tree.families, self.tree.names, strict=True):
            if len(family) > 1:
                lines = wrap(name, self.label + 36, weight=STRONG)
                heads.append((y + _LEADING * len(lines) / 2 + 4, lines))
                y += _LEADING * len(lines) + 8
            for segment in family:
                lines = wrap(self.of[segment].name, self.label - 20)
                height = _LEADING * len(lines) + 9
                rows[segment] = (y + height / 2, lines)
                y += height
            y += 12
        return rows, heads, y - 8

    def _leaf(self, canvas: Canvas, segment: Segment, y: float, lines: tuple[str, ...]) -> None:
        """Name one segment and give its index."""
        canvas.text(0, y - _LEADING * (len(lines) - 1) / 2, segment.letter, weight=STRONG)
        canvas.lines(20, y, lines, size=TEXT)
        value = own_index(segment)
        if value is not None:
            canvas.text(self.label + 32, y, whole(value), weight=STRONG, fill=colour_of(segment), anchor="end")

    def _branches(self, canvas: Canvas, scale: Scale, leaves: dict[int, float]) -> None:
        """Draw every merge as a bracket; what lies beyond the cut is paler."""
        at: dict[int, Point] = {segment: (scale(0.0), y) for segment, y in leaves.items()}
        cut = self.tree.cut or 0.0
        for node, merge in enumerate(self.tree.merges, start=max(leaves) + 1):
            x = scale(merge.height)
            (left, above), (right, below) = at[merge.left], at[merge.right]
            within = merge.height <= cut
            colour = LIGHT.segment if within else LIGHT.axis
            canvas.line([(left, above), (x, above), (x, below), (right, below)], colour, 1.6 if within else 1.2, z=3)
            at[node] = (x, (above + below) / 2)
