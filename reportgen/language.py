"""The language that readers are spoken to in: every sentence of a report passes through here.

English is the language of the source, and a message is its own key. Other languages are gettext catalogues in
``reportgen/locale``; ``make words`` keeps them up to date. What is spoken is a matter of context (``speaking``), so
that a sentence is written once, where it belongs, and not handed a language by everything above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, TypeVar, cast

SOURCE = "en"
LANGUAGES = (SOURCE, "de")
_Key = tuple[str, str]
_Forms = tuple[str, ...]


@dataclass(frozen=True)
class Language:
    """A language and its messages.

    Attributes
    ----------
    code
        A Babel locale such as ``en`` or ``de``: formats of numbers and dates.
    messages
        Forms of a message (one, or singular and plural) by context and English text; what is missing stays English.
    """

    code: str
    messages: Mapping[_Key, _Forms] = field(default_factory=dict)

    def form(self, context: str, forms: _Forms, which: int) -> str:
        """Return a form of a message in this language."""
        found = self.messages.get((context, forms[0]), forms)
        return found[which] if which < len(found) else forms[which]


@cache
def language(code: str) -> Language:
    """Return a language with its catalogue.

    Raises
    ------
    ValueError
        If the report does not speak it.
    """
    if code not in LANGUAGES:
        raise ValueError(f"{code!r} is none of {', '.join(LANGUAGES)}")
    if code == SOURCE:
        return Language(code)
    from babel.messages.pofile import read_po  # heavy, and English needs none of it

    with files("reportgen").joinpath("locale", code, "LC_MESSAGES", "reportgen.po").open("rb") as file:
        catalogue = read_po(file, locale=code)
    found: dict[_Key, _Forms] = {}
    for message in catalogue:
        forms = _forms(message.string)
        if message.id and all(forms) and not message.fuzzy:
            found[message.context or "", _forms(message.id)[0]] = forms
    return Language(code, MappingProxyType(found))


def _forms(text: object) -> _Forms:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


_ENGLISH = Language(SOURCE)
_spoken: ContextVar[Language] = ContextVar("_spoken", default=_ENGLISH)


def spoken() -> str:
    """Return the code of the language that is spoken here."""
    return _spoken.get().code


@contextmanager
def speaking(told: Language | str) -> Iterator[None]:
    """Speak a language within a block; English is spoken outside."""
    token = _spoken.set(language(told) if isinstance(told, str) else told)
    try:
        yield
    finally:
        _spoken.reset(token)


class Sayable(str):
    """A text that can be said again in another language; everywhere else it is just the text.

    Within another text (an f-string, a value of a message) it is said in the language spoken there.
    """

    __slots__ = ()

    def again(self) -> str:
        """Say the same in the language spoken here."""
        raise NotImplementedError

    def __format__(self, spec: str) -> str:
        """Take the place of a value in a text."""
        return format(self.again(), spec) if spec else str.__str__(self.again())


class Worded(Sayable):
    """A word that somebody gave in several languages, such as a label of the dictionary."""

    __slots__ = ("_others",)
    _others: Mapping[str, str]

    def __new__(cls, own: str, others: Mapping[str, str]) -> Worded:
        """Take the text for English and for all that is not among the others, which are named by their codes."""
        text = super().__new__(cls, own)
        text._others = others
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the word in all its languages."""
        return Worded, (str.__str__(self), dict(self._others))

    def again(self) -> str:
        """Say the word in the language spoken here."""
        return self._others.get(spoken()) or str.__str__(self)


class Said(Sayable):
    """A message with its values. Two of them added give a third, so that a paragraph keeps what its sentences are."""

    __slots__ = ("_context", "_forms", "_values", "_which")
    _context: str
    _forms: _Forms
    _which: int
    _values: Mapping[str, object]

    def __new__(cls, context: str, forms: _Forms, which: int, values: Mapping[str, object]) -> Said:
        """Say it in the language spoken here."""
        form = _spoken.get().form(context, forms, which)
        text = super().__new__(cls, form.format(**values) if values else form)
        text._context, text._forms, text._which, text._values = context, forms, which, values
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the message, to be said there."""
        return Said, (self._context, self._forms, self._which, dict(self._values))

    def again(self) -> str:
        """Say the same in the language spoken here."""
        return str.__str__(Said(self._context, self._forms, self._which, self._values))

    def __add__(self, other: str) -> Said:
        """Join two texts."""
        return Said("", ("{first}{second}",), 0, {"first": self, "second": other})

    def __radd__(self, other: str) -> Said:
        """Join two texts."""
        return Said("", ("{first}{second}",), 0, {"first": other, "second": self})


def say(message: str, /, **values: object) -> Said:
    """Say a message in the language spoken here.

    Parameters
    ----------
    message
        English text; a literal, so that it can be found for the catalogues. Braces name values, as in ``str.format``.
    values
        Numbers are formatted before: see ``reportgen.formatting``.
    """
    return Said("", (message,), 0, values)


def say_in(context: str, message: str, /, **values: object) -> Said:
    """Say a message whose words mean different things in different places; the context tells them apart."""
    return Said(context, (message,), 0, values)


def say_n(number: int, one: str, many: str, /, **values: object) -> Said:
    """Say a message that depends on a number, in the singular for 1 and in the plural for all others."""
    return Said("", (one, many), 0 if number == 1 else 1, values)


def say_form(number: int, one: str, many: str, /) -> Said:
    """Say a noun in the singular for 1, else in the plural; for functions that are given both as literals."""
    return Said("", (one, many), 0 if number == 1 else 1, {})


def mark(message: str) -> str:
    """Mark a message that is said later, by ``say_marked``; returns it as it is."""
    return message


def say_marked(message: str, /, **values: object) -> Said:
    """Say a message that was marked where it was written down."""
    return Said("", (message,), 0, values)


def again(text: str) -> str:
    """Say a text in the language spoken here, if it can be said again; any other text stays as it is."""
    return text.again() if isinstance(text, Sayable) else text


_Tree = TypeVar("_Tree")


def said_again(tree: _Tree) -> _Tree:
    """Return a tree of dataclasses, tuples, lists and mappings with every text in the language spoken here."""
    return cast(_Tree, _again(tree))


def _again(value: Any) -> Any:
    if isinstance(value, str):
        return again(value)
    if isinstance(value, tuple | list):
        items = [_again(item) for item in value]
        return value if all(a is b for a, b in zip(items, value, strict=True)) else type(value)(items)
    if isinstance(value, Mapping):
        found = {again(key) if isinstance(key, str) else key: _again(item) for key, item in value.items()}
        return value if all(a is b for a, b in zip(found.values(), value.values(), strict=True)) else found
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            field.name: new for field in fields(value) if (new := _again(old := getattr(value, field.name))) is not old
        }
        return replace(value, **changed) if changed else value
    return value
