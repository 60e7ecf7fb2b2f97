"""Codes of the analysis in words: code compares and looks up the English ones, and they are put into words here.

Everywhere else, and in ``analysis.json``, a code is the same in every language.
"""

from __future__ import annotations

from reportgen.language import mark, say_in, say_marked

_CODES = frozenset(
    (
        # badges and verdicts, how much a fact sets apart, how it is known
        mark("highly stable"), mark("stable"), mark("pattern only"), mark("do not trust"),
        mark("over"), mark("under"), mark("at par"), mark("inconclusive"),
        mark("clearly"), mark("somewhat"), mark("hardly"),
        mark("observed"), mark("scored"), mark("area"),
        # places of segments, answers of the plan, sides
        mark("core"), mark("niche"), mark("developmental"), mark("marginal"), mark("apart"),
        mark("yes"), mark("no"), mark("open"),
        mark("population"), mark("customers"),
        # kinds of features and what they are used for, and what an undeclared column looks like
        mark("categorical"), mark("binary"), mark("ordinal"), mark("numeric"), mark("interval"), mark("mixed"),
        mark("distance"), mark("describe"), mark("dropped"),
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
