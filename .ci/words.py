"""Keep the catalogues of messages up to date with the source, or check that they are.

python .ci/words.py            # add new messages, remove those that are gone
python .ci/words.py --check    # name what is missing, out of date or ill formed; exit code 1 if anything is
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
CATALOGUES = sorted((ROOT / "reportgen" / "locale").glob("*/LC_MESSAGES/reportgen.po"))
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "say": None,
    "mark": None,
    "say_in": ((1, "c"), 2),
    "say_n": (2, 3),
    "quantity": (2, 3),
}
_VALUE = re.compile(r"\{[^{}]*\}")


def found_messages() -> Catalog:
    """Collect the messages of the source, each with the files that say it."""
    catalogue = Catalog(project="reportgen", charset="utf-8")
    for folder, method in (("reportgen", [("**.py", "python")]), ("templates", [("**.html", "jinja2")])):
        messages = extract_from_dir(ROOT / folder, method, keywords=KEYWORDS, strip_comment_tags=True)
        for name, _line, message, comments, context in messages:
            catalogue.add(message, None, [(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as text: sorted, so that a change shows what changed."""
    buffer = BytesIO()
    write_po(
        buffer,
        catalogue,
        width=120,
        sort_by_file=True,
        omit_header=True,
        include_lineno=False,
        ignore_obsolete=True,
    )
    header = (
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        f'"Language: {catalogue.locale}\\n"\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'
    )
    return header.encode() + buffer.getvalue()


def renewed(path: Path, source: Catalog) -> Catalog:
    """Return a catalogue with the messages of the source, and the translations that it had."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.parts[-3])
    catalogue.update(source, no_fuzzy_matching=True)
    return catalogue


def faults(message: Message) -> list[str]:
    """Say what is wrong with a translation."""
    ids, strings = _forms(message.id), _forms(message.string)
    if not all(strings) or len(strings) != len(ids):
        return [f"not translated: {ids[0]!r}"]
    if message.fuzzy:  # such a translation is not used
        return [f"marked as fuzzy, to be confirmed by taking the mark away: {ids[0]!r}"]
    known = {value for text in ids for value in _VALUE.findall(text)}
    used = [set(_VALUE.findall(text)) for text in strings]
    # A singular may do without the number, so of two forms each may use less.
    wrong = any(values - known for values in used) if len(ids) > 1 else used[0] != known
    return [f"values differ: {ids[0]!r}"] if wrong else []


def _forms(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


def main() -> int:
    """Renew the catalogues, or check them."""
    source, complaints = found_messages(), []
    for path in CATALOGUES:
        catalogue = renewed(path, source)
        content = written(catalogue)
        if "--check" in sys.argv:
            if content != path.read_bytes():
                complaints.append(f"{path.name} of {path.parts[-3]} is out of date: run `make words`")
            wrong = [fault for message in catalogue if message.id for fault in faults(message)]
            complaints += [f"{path.parts[-3]}: {fault}" for fault in wrong]
        else:
            path.write_bytes(content)
            left = sum(bool(faults(message)) for message in catalogue if message.id)
            print(f"{path.parts[-3]}: {len(catalogue)} messages, {left} to translate")
    print("\n".join(complaints), end="\n" if complaints else "")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
