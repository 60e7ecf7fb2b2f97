"""Codes of the analysis as a reader is told them: what code compares stays English, what is printed is said here."""

from __future__ import annotations

from reportgen.language import mark, say, say_in, say_marked

_CODES = frozenset(
    (
        # verdicts and badges
        mark("over"), mark("under"), mark("at par"), mark("inconclusive"),
        mark("highly stable"), mark("stable"), mark("pattern only"), mark("do not trust"),
        # places of segments, answers of the plan
        mark("core"), mark("niche"), mark("developmental"), mark("marginal"), mark("apart"),
        mark("yes"), mark("no"), mark("open"),
        mark("population"), mark("customers"),
        # kinds of features, and what an undeclared column looks like
        mark("categorical"), mark("binary"), mark("ordinal"), mark("numeric"), mark("interval"), mark("mixed"),
        mark("number"), mark("text"), mark("empty"),
        # what a decision is about when it is about no column, and what was done about small counts
        mark("rows"), mark("segments"), mark("remaining gaps"),
        mark("pooled"), mark("merged"), mark("counted with"), mark("rounded"), mark("withheld"),
    )
)  # fmt: skip


def in_words(code: str) -> str:
    """Return a code in the language spoken here; any other text stays as it is."""
    return say_marked(code) if code in _CODES else code


def file_words(side: str) -> str:
    """Return which of the files that were read one is."""
    return say_in("file", "response") if side == "response" else in_words(side)


def basis_words(basis: str) -> str:
    """Return whom the ranking compares customers with."""
    known = {
        "everybody": say_in("basis", "everybody"),
        "people who are not customers": say("people who are not customers"),
    }
    return known.get(basis, basis)
