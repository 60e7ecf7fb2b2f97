"""Numbers to text: one place decides how a count, a share or an interval reads.

The rules are those of a careful newspaper. A share is never "0 %" unless nobody is meant and never "100 %" unless
everybody is; an interval keeps enough digits for its two ends to differ; an index is a whole number.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol

from reportgen.language import Sayable, again, mark, say, say_form, say_marked, spoken

NBSP = "\u00a0"
EN_DASH = "\u2013"
MINUS = "\u2212"
SUPPRESSED_BELOW = 10
FEW = mark("fewer than 10 people")  # a message is a literal; the number is SUPPRESSED_BELOW
WITHHELD = mark("withheld: with it a count under 10 could be worked out")
NOT_GIVEN = EN_DASH
_AFTER_YEARS = 9_999.5  # a smaller number may be a year, which is written without a separator
_AT_PAR = (90, 110)  # limits of verdicts
_EXACT = 1e-6  # closer than this to a rounded number, a mean is that number
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True)
class Formatter:
    """Number and date formats of one language.

    Parameters
    ----------
    language
        A Babel locale such as ``en`` or ``de``; by default of the language that is spoken.
    """

    language: str = field(default_factory=spoken)

    @cached_property
    def locale(self) -> Locale:
        """The Babel locale; a bad name raises ``babel.UnknownLocaleError``."""
        return Locale.parse(self.language)

    def decimal(self, value: float, digits: int) -> str:
        """Return a number with exactly ``digits`` decimals; a rounded zero has no sign."""
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        rounded = round(value, digits) + 0.0
        text = str(format_decimal(rounded, format=pattern, locale=self.locale))
        return text.replace("-", MINUS)

    def mean_code(self, value: float) -> str:
        """Return a mean of codes: at most two decimals and none from 100 on; a year (1967) has no separator.

        A mean that is given in coarse steps is not printed as if it were known to a hundredth.
        """
        exact = next((digits for digits in (0, 1) if abs(value - round(value, digits)) < _EXACT), 2)
        text = self.decimal(value, exact if abs(value) < 100 else 0)
        return text if abs(value) >= _AFTER_YEARS else text.replace(get_group_symbol(self.locale), "")

    def count(self, value: int | None) -> str:
        """Return an exact count with separators; ``None`` stands for a suppressed one."""
        return f"<{NBSP}{SUPPRESSED_BELOW}" if value is None else self.decimal(value, 0)

    def held(self, reason: str) -> str:
        """Return what stands for a figure that is not given: "< 10", "withheld", or the dash where there is none."""
        if is_few(reason):
            return self.count(None)
        return say("withheld") if is_withheld(reason) else NOT_GIVEN

    def about(self, value: int) -> str:
        """Return a count for running text: three significant digits, "about" when that changes it."""
        if abs(value) < 1_000:
            return self.count(value)
        step = 10 ** (int(math.log10(abs(value))) - 2)
        rounded = round(value / step) * step
        return self.count(value) if rounded == value else say("about {number}", number=self.count(rounded))

    def index(self, value: float | None) -> str:
        """Return an index as a whole number; under one half it reads "< 1"."""
        if value is None:
            return NOT_GIVEN
        return f"<{NBSP}1" if 0 < value < 0.5 else self.decimal(value, 0)

    def interval(self, bounds: tuple[float, float] | None) -> str:
        """Return "243–262"; one decimal where ends would read the same, or where one would seem to reach 90 or 110."""
        if bounds is None:
            return NOT_GIVEN
        low, high = bounds
        touches = any(round(end) in _AT_PAR and abs(end - round(end)) >= 0.05 for end in bounds)
        digits = 1 if touches or (low != high and round(low) == round(high)) else 0
        return f"{self.decimal(low, digits)}{EN_DASH}{self.decimal(high, digits)}"

    def share(self, value: float | None) -> str:
        """Return a share of one for running text: whole per cent, one decimal near 0 and 1."""
        if value is None:
            return NOT_GIVEN
        whole = 0.0095 <= value <= 0.9945
        return self._percent(value, 0 if whole or value in (0.0, 1.0) else 1)

    def share_in_table(self, value: float | None) -> str:
        """Return a share of one for a table: always one decimal, unless it is exactly none or all."""
        if value is None:
            return NOT_GIVEN
        return self._percent(value, 0 if value in (0.0, 1.0) else 1)

    def _percent(self, value: float, digits: int) -> str:
        if 0 < value < 0.0005:
            return f"<{NBSP}{self.decimal(0.1, 1)}{NBSP}%"
        if 0.9995 <= value < 1:
            return f">{NBSP}{self.decimal(99.9, 1)}{NBSP}%"
        return f"{self.decimal(100 * value, digits)}{NBSP}%"

    def p_value(self, value: float | None) -> str:
        """Return "p < 0.001", "p = 0.012" or "p > 0.99"."""
        if value is None:
            return NOT_GIVEN
        if value < 0.001:
            return f"p{NBSP}<{NBSP}{self.decimal(0.001, 3)}"
        if value > 0.99:
            return f"p{NBSP}>{NBSP}{self.decimal(0.99, 2)}"
        return f"p{NBSP}={NBSP}{self.decimal(value, 3 if value < 0.1 else 2)}"

    def coefficient(self, value: float | None) -> str:
        """Return an agreement or a correlation with two decimals; "1.00" only when it is exact."""
        if value is None:
            return NOT_GIVEN
        if 0.995 <= abs(value) < 1:
            return f">{NBSP}{self.decimal(0.99, 2)}" if value > 0 else f"<{NBSP}{self.decimal(-0.99, 2)}"
        return self.decimal(value, 2)

    def signed(self, value: float | None) -> str:
        """Return an effect with its sign and two decimals: "+0.62", "−0.31", "0.00"."""
        if value is None:
            return NOT_GIVEN
        text = self.decimal(value, 2)
        return f"+{text}" if round(value, 2) > 0 else text

    def times(self, index: float) -> str:
        """Return an index as a factor: 250 is "2.5 times", 33 is "0.33 times"."""
        factor = index / 100
        digits = 0 if factor >= 10 else 1 if factor >= 1 else 2
        return say("{factor}\u00a0times", factor=self.decimal(factor, digits))

    def quantity(self, number: int, one: str, many: str) -> str:
        """Return a count with its noun: "1 segment", "3 segments"; both nouns are literals, to be translated."""
        return f"{self.count(number)}{NBSP}{say_form(number, one, many)}"

    def words(self, items: Sequence[str]) -> str:
        """Return "A, D and F"; items that hold commas themselves, not in brackets, are parted by semicolons."""
        items = [str(again(item)) for item in items]
        if len(items) > 1 and any(", " in _BRACKETS.sub("", item) for item in items):
            if self.locale.language == "de":  # which has no semicolon before "und"
                return "; ".join(items)
            joint = self.locale.list_patterns["standard"]["2"].replace("{0}", "").replace("{1}", "")
            mark = ";" if self.locale.language == "en" else ""
            return f"{'; '.join(items[:-1])}{mark}{joint}{items[-1]}"
        text = str(format_list(items, locale=self.locale))
        return text.replace(", and ", " and ")

    def either(self, items: Sequence[str]) -> str:
        """Return "A, D or F"."""
        text = str(format_list([str(again(item)) for item in items], style="or", locale=self.locale))
        return text.replace(", or ", " or ")

    def shortened(self, text: str, length: int) -> str:
        """Return a text of at most ``length`` characters, cut between words with an ellipsis."""
        text = again(text)
        if len(text) <= length:
            return text
        kept = text[: length - 1]
        return f"{kept[: kept.rfind(' ')].rstrip(' ,;:(') if ' ' in kept[length // 2 :] else kept}…"

    def bytes(self, size: int) -> str:
        """Return a file size in decimal units: "233 MB"."""
        amount, unit = float(size), "bytes"
        for unit in ("bytes", "kB", "MB", "GB"):
            if amount < 999.5 or unit == "GB":
                break
            amount /= 1_000
        number = self.decimal(amount, 0 if unit == "bytes" or amount >= 10 else 1)
        name = say("bytes") if unit == "bytes" else unit
        return f"{number}{NBSP}{name}"

    def day(self, text: str) -> str:
        """Return an ISO date in words, "1 November 2026"; any other text as it stands."""
        try:
            return str(
                format_date(
                    date.fromisoformat(text[:10]),
                    format="d. MMMM y" if self.locale.language == "de" else "d MMMM y",
                    locale=self.locale,
                )
            )
        except ValueError:
            return text


def is_few(reason: str) -> bool:
    """Tell whether a reason, in the language spoken here, is that a count is small."""
    return bool(reason) and again(reason) == say_marked(FEW)


def is_withheld(reason: str) -> bool:
    """Tell whether a reason, in the language spoken here, is that a small count would follow from the figure."""
    return bool(reason) and again(reason) == say_marked(WITHHELD)


def held_mark(reason: str) -> str | None:
    """Return what stands for a figure that is held back, "< 10" or "withheld"; None where there is another reason."""
    if is_few(reason):
        return f"< {SUPPRESSED_BELOW}"
    return say("withheld") if is_withheld(reason) else None


class Formatted(Sayable):
    """A number or a list in a format of the ``Formatter``, for texts that are said again in other languages."""

    __slots__ = ("_value", "_write")
    _write: Callable[[Formatter, Any], str]
    _value: object

    def __new__(cls, write: Callable[[Formatter, Any], str], value: object) -> Formatted:
        """Write it for the language spoken here; ``write`` is a method such as ``Formatter.share``."""
        text = super().__new__(cls, write(Formatter(), value))
        text._write, text._value = write, value
        return text

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as the number, to be written there."""
        return Formatted, (self._write, self._value)

    def again(self) -> str:
        """Write it for the language spoken here."""
        return str.__str__(self._write(Formatter(), self._value))


class Numeral(Sayable):
    """A number as it is coded, such as ``1985`` or ``0.5``: without groups, and with the decimal sign of a language."""

    __slots__ = ()

    def again(self) -> str:
        """Write the number with the decimal sign of the language spoken here."""
        return str.__str__(self).replace(".", get_decimal_symbol(Formatter().locale))
