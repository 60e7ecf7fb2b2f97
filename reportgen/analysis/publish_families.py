"""The published form of the families of segments: the tree, and what the segments of a family share."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.description import Description
from reportgen.analysis.findings import Findings
from reportgen.analysis.profiles import Mark, name_segments
from reportgen.analysis.result_segments import FamilyMerge, FamilyTree, Segment
from reportgen.language import say

_MOST_SHARED = 4


def publish_families(findings: Findings, told: Description, segments: Sequence[Segment]) -> FamilyTree:
    """Give the tree of the segments, with a name for each family.

    A family is named like a segment, but only by what sets every one of its segments apart in the same direction.
    """
    families = findings.checks.families
    marks = [shared_marks([told.marks[segment] for segment in family]) for family in families.families]
    named = name_segments(
        dict(enumerate(marks)), findings.construction, nothing=say("No trait in common that stands out")
    )
    own = {segment.id: segment.name for segment in segments}

    def node(number: int) -> int:
        return findings.id_of(number) if number <= findings.k else number - findings.k + max(findings.ids)

    return FamilyTree(
        merges=tuple(FamilyMerge(node(m.left), node(m.right), m.height, m.size) for m in families.merges),
        leaves=tuple(node(leaf) for leaf in families.leaves),
        families=tuple(tuple(node(member) for member in family) for family in families.families),
        names=tuple(
            own[node(family[0])] if len(family) == 1 else named[at] for at, family in enumerate(families.families)
        ),
        shared=tuple(
            () if len(family) == 1 else _phrases(marks[at]) for at, family in enumerate(families.families)
        ),
        cut=families.cut,
        reasons={} if families.cut is not None else {"cut": say("too few segments for families")},
    )  # fmt: skip


def shared_marks(members: Sequence[Sequence[Mark]]) -> tuple[Mark, ...]:
    """Return the facts that set all members of a family apart in one direction.

    Parameters
    ----------
    members
        Marks of each member, at least one member.

    Returns
    -------
    tuple of Mark
        Each as the member has it in which it is weakest; the largest of these effects first.
    """
    tables = [{_key(mark): mark for mark in marks} for marks in members]
    common = set(tables[0]).intersection(*tables[1:])
    weakest = [min((table[key] for table in tables), key=lambda mark: abs(mark.effect)) for key in common]
    return tuple(sorted(weakest, key=lambda mark: (-abs(mark.effect), mark.aspect.key, mark.level or 0)))


def _key(mark: Mark) -> tuple[str, int | None, bool]:
    return mark.aspect.key, mark.level, mark.effect > 0


def _phrases(marks: Sequence[Mark]) -> tuple[str, ...]:
    """Return what the family is, one fact per family of features."""
    found: dict[str, str] = {}
    for mark in marks:
        if mark.positive:
            found.setdefault(mark.aspect.column.feature.family or mark.aspect.key, mark.phrase)
    return tuple(dict.fromkeys(found.values()))[:_MOST_SHARED]
