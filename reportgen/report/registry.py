"""``segments.toml``: names and notes that people gave to segments, kept from issue to issue.

The program adds segments and says where they come from; ``name`` and ``note`` belong to people and are never changed.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from string import ascii_uppercase

from reportgen.errors import ConfigError

REGISTRY = "segments.toml"
_HEAD = """\
# Segments of this report. Change name and note as you like: an empty name takes the generated one.
# All else is kept by reportgen, which writes this file anew with each issue.
"""
_MOST_NAME, _MOST_NOTE = 60, 400


@dataclass(frozen=True)
class Entry:
    """One segment that readers have met.

    Attributes
    ----------
    id, letter
        Never change.
    name, note
        Given by people; may be empty.
    generated
        The name that was generated when the segment first appeared.
    first
        The run in which it first appeared.
    origin
        What it came from, in words; empty for the segments of the first issue.
    ended
        The run in which it was no more; empty while it lives.
    """

    id: int
    letter: str
    name: str
    note: str
    generated: str
    first: str
    origin: str = ""
    ended: str = ""

    @property
    def known_as(self) -> str:
        """The name that a report shows."""
        return self.name or self.generated


def read_registry(folder: Path) -> dict[int, Entry]:
    """Read the registry of an output folder; empty when there is none.

    Raises
    ------
    ConfigError
        If somebody's change made it unreadable.
    """
    path = folder / REGISTRY
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}", "Mend the file, or remove it to begin with generated names.") from None
    told = document.pop("segment", [])
    if document or not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        strange = next(iter(document), "segment")
        raise ConfigError(f"{path}: {strange} is not known as it stands", "Each segment stands below [[segment]].")
    entries: dict[int, Entry] = {}
    for number, one in enumerate(told, 1):
        entry = _entry(path, number, one)
        if entry.id in entries:
            raise ConfigError(f"{path}: two segments have the id {entry.id}", "Remove one of them; ids never change.")
        entries[entry.id] = entry
    return entries


def _entry(path: Path, number: int, told: Mapping[str, object]) -> Entry:
    keys = [field.name for field in fields(Entry)]
    strange = [key for key in told if key not in keys]
    if strange:
        close = difflib.get_close_matches(strange[0], keys, 1)
        raise ConfigError(
            f"{path}: segment {number}: there is no key {strange[0]}",
            f"{f'Did you mean {close[0]}? ' if close else ''}Name and note are yours; reportgen keeps all else.",
        )
    texts = {key: told.get(key, "") for key in ("letter", "name", "note", "generated", "first", "origin", "ended")}
    known = told.get("id")
    wrong = [key for key, value in texts.items() if not isinstance(value, str)]
    if not isinstance(known, int) or isinstance(known, bool) or not 1 <= known <= 25:
        wrong.append("id")
    for key, most in (("name", _MOST_NAME), ("note", _MOST_NOTE)):
        if len(str(texts[key])) > most or any(sign in str(texts[key]) for sign in "\r\n\t"):
            wrong.append(key)
    own = ascii_uppercase[known - 1] if isinstance(known, int) and not wrong else ""
    if own and texts["letter"] not in ("", own):
        raise ConfigError(
            f"{path}: segment {number}: the letter of id {known} is {own}, not {texts['letter']}",
            "Ids and letters never change; name and note are yours.",
        )
    if wrong or not isinstance(known, int):
        raise ConfigError(
            f"{path}: segment {number}: {wrong[0]} is not usable",
            f"A name is one line of up to {_MOST_NAME} characters, a note of up to {_MOST_NOTE}.",
        )
    return Entry(id=known, **{key: str(value).strip() for key, value in texts.items()} | {"letter": own})


def updated(
    registry: Mapping[int, Entry], segments: Iterable[Entry], run: str, *, ids_now: Iterable[int]
) -> dict[int, Entry]:
    """Add segments that are new and mark those that are no more.

    Parameters
    ----------
    segments
        The segments of a run as entries; known ones keep what is registered.
    run
        The run.
    ids_now
        Ids that the run has.
    """
    alive = set(ids_now)
    found = dict(registry)
    for entry in segments:
        known = found.get(entry.id)
        # an id that is given again after all were used is a new segment
        again = known is not None and known.ended and known.ended != run
        found[entry.id] = entry if known is None or again else replace(known, ended="")
    return {
        number: entry if number in alive or entry.ended else replace(entry, ended=run)
        for number, entry in sorted(found.items())
    }


def render_registry(registry: Mapping[int, Entry]) -> bytes:
    """Write the registry as TOML."""
    lines = [_HEAD]
    for entry in registry.values():
        lines.append("[[segment]]")
        lines.append(f"id = {entry.id}")
        lines.extend(
            f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in vars(entry).items() if key != "id"
        )
        lines.append("")
    return "\n".join(lines).encode()
