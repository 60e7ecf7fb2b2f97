"""Codes of the analysis in readers' words: the one place where a badge, a verdict or a kind of fact is put into words.

Everywhere else the codes themselves are compared, looked up and written, whatever language is spoken.
"""

from __future__ import annotations

from reportgen.language import mark, say_marked

_BADGES = (mark("highly stable"), mark("stable"), mark("pattern only"), mark("do not trust"))
_VERDICTS = (mark("over"), mark("under"), mark("at par"), mark("inconclusive"))
_GRADES = (mark("clearly"), mark("somewhat"), mark("hardly"))
_PLACES = (mark("core"), mark("niche"), mark("developmental"), mark("marginal"), mark("apart"))
_USES = (mark("distance"), mark("describe"), mark("dropped"))
_BASES = (mark("observed"), mark("scored"), mark("area"))


def badge_words(badge: str) -> str:
    """Say how firmly a segment stands."""
    return _said(badge, _BADGES)


def verdict_words(verdict: str) -> str:
    """Say whether a segment holds more or fewer customers than its size suggests."""
    return _said(verdict, _VERDICTS)


def grade_words(grade: str) -> str:
    """Say how much a fact sets apart."""
    return _said(grade, _GRADES)


def place_words(place: str) -> str:
    """Say in which quarter of the map a segment stands, or nothing where it stands in none."""
    return _said(place, _PLACES)


def use_words(use: str) -> str:
    """Say what a column is used for."""
    return _said(use, _USES)


def basis_words(basis: str) -> str:
    """Say how a fact is known."""
    return _said(basis, _BASES)


def _said(code: str, known: tuple[str, ...]) -> str:
    return say_marked(code) if code in known else code
