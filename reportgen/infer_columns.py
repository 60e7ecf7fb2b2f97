"""A first feature dictionary, guessed from the data: what ``reportgen init`` starts from."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reportgen.config import CustomerWhere
from reportgen.dictionary import read_dictionary
from reportgen.errors import InputError
from reportgen.infer_feature import GuessedFeature, guess_feature
from reportgen.infer_words import ID_WORDS, is_date, words_of
from reportgen.ingest.customers import CustomerMark
from reportgen.ingest.profile import MOST_ROWS, ColumnProfile, profile_columns


@dataclass(frozen=True)
class InferredDictionary:
    """What the data look like.

    Attributes
    ----------
    features
        One per column, in file order; without the id and the column that marks customers.
    id_column
        The column that names a row, or None.
    packaged
        ``azdias`` when the columns are those of the dictionary that comes with the package, else empty.
    notes
        What to check, in sentences.
    """

    features: tuple[GuessedFeature, ...]
    id_column: str | None
    packaged: str
    notes: tuple[str, ...]


@dataclass(frozen=True)
class FileFormat:
    """How the input files are written; None where that is to be detected."""

    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    sheet: str | None = None

    def profile(self, path: Path) -> list[ColumnProfile]:
        """Describe the columns of a file."""
        return profile_columns(
            path, delimiter=self.delimiter, decimal=self.decimal, encoding=self.encoding, sheet=self.sheet
        )


def infer_dictionary(
    population: Path,
    customers: Path | None = None,
    *,
    customer_where: CustomerWhere | None = None,
    id_column: str | None = None,
    file_format: FileFormat | None = None,
) -> InferredDictionary:
    """Guess a feature dictionary from the data.

    Parameters
    ----------
    population, customers
        The files; without ``customers`` the guess rests on the population alone.
    customer_where
        The column that marks customers; it is no feature.
    id_column
        The column that names a row; None looks for one.
    file_format
        How the files are written.

    Raises
    ------
    InputError
        If a file cannot be read or lacks the named columns.
    """
    form = file_format or FileFormat()
    profiles = [profile for profile in form.profile(population) if profile.name.strip()]
    others = {profile.name: profile for profile in form.profile(customers)} if customers else None
    names = [profile.name for profile in profiles]
    for wanted in (id_column, customer_where.column if customer_where else None):
        if wanted is not None and wanted not in names:
            raise _no_such_column(population, wanted, names)
    if customer_where:
        _refuse_absent(population, customer_where, profiles[names.index(customer_where.column)])
    found = id_column or find_id(profiles, others)
    azdias = {feature.name for feature in read_dictionary("azdias").features}
    if azdias <= set(names):
        return InferredDictionary((), found, "azdias", ("the 85 AZDIAS columns: the dictionary of the package fits",))
    marker = customer_where.column if customer_where else None
    features = [guess_feature(profile, others) for profile in profiles if profile.name not in (found, marker)]
    return InferredDictionary(tuple(_one_per_standard(features)), found, "", _notes(features, names, others))


def find_id(profiles: Sequence[ColumnProfile], customers: dict[str, ColumnProfile] | None) -> str | None:
    """Return the column that names a row: unique on both sides, and called an id or standing first."""

    def is_unique(profile: ColumnProfile) -> bool:
        other = customers.get(profile.name) if customers is not None else profile
        return profile.unique and other is not None and other.unique

    for place, profile in enumerate(profiles):
        if is_unique(profile) and (words_of(profile.name) & ID_WORDS or re.search(r"(?i)[a-z]id$", profile.name)):
            return profile.name
        first = place == 0 and (profile.all_integers or not profile.all_numeric)
        if first and is_unique(profile) and not is_date(profile.most_common[0][0]):
            return profile.name
    return None


def _no_such_column(path: Path, wanted: str, names: Sequence[str]) -> InputError:
    close = difflib.get_close_matches(wanted, names, 1)
    guess = f" Did you mean {close[0]}?" if close else ""
    return InputError(f"{path.name} has no column {wanted}", f"Its columns are {', '.join(names[:20])}.{guess}")


def _refuse_absent(path: Path, where: CustomerWhere, marker: ColumnProfile) -> None:
    """Refuse a value that no row has; nothing is known of it when not all rows or not all values were looked at."""
    if marker.rows >= MOST_ROWS or marker.distinct > len(marker.most_common) or marker.holds(where.value):
        return
    mark = CustomerMark(path.name, (where.column, where.value))
    mark.add(Counter(dict(marker.most_common)))
    mark.refuse_absent(0)


def _one_per_standard(features: Iterable[GuessedFeature]) -> list[GuessedFeature]:
    """Keep each standard on the first column only: a comparison is standardised by one age, not two."""
    taken: set[str] = set()
    kept = []
    for feature in features:
        again = feature.standard in taken
        kept.append(_without_standard(feature) if again else feature)
        taken.update({feature.standard} - {""})
    return kept


def _without_standard(feature: GuessedFeature) -> GuessedFeature:
    return GuessedFeature(**{**vars(feature), "standard": "", "more": "", "less": ""})


def _notes(
    features: Sequence[GuessedFeature], names: Sequence[str], customers: dict[str, ColumnProfile] | None
) -> tuple[str, ...]:
    """Return one sentence per kind of doubt, with the columns it concerns."""
    concerned: dict[str, list[str]] = {}
    for feature in features:
        for reason, detail in feature.doubts:
            concerned.setdefault(reason, []).append(f"{feature.name} ({detail})" if detail else feature.name)
    extra = [name for name in customers or () if name not in names]
    if extra:
        concerned["only in the customer file, and therefore not used"] = extra
    return tuple(f"{reason}: {', '.join(columns)}" for reason, columns in concerned.items())
