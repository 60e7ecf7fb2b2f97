"""Check what lies in a folder: a run, an issue, or a whole publication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from reportgen.publishing.archive import AROUND, LATEST, MARKER, read_marker
from reportgen.publishing.checks import Pages, check_hashes, check_links, check_requests, check_size
from reportgen.publishing.folder import is_at_work
from reportgen.publishing.holding import MANIFEST, Fault, PublishError, parse_manifest, read_files, stamps_of
from reportgen.publishing.issue import ISSUE, people_of, private_assignments, read_issue, read_run
from reportgen.publishing.rows import People, check_rows

CHECKS = ("hashes", "links", "requests", "rows", "size")


@dataclass(frozen=True)
class Verification:
    """The outcome.

    Attributes
    ----------
    kind
        ``run``, ``issue`` or ``publication``.
    names
        The runs or issues that were checked.
    files, size
        Number of files and their bytes.
    ids_compared
        Whether the ids of the people were at hand and compared.
    faults
        What is wrong; empty when all is well.
    """

    kind: str
    names: tuple[str, ...]
    files: int
    size: int
    ids_compared: bool
    faults: tuple[Fault, ...]

    def count(self, check: str) -> int:
        """Return how many faults a check found."""
        return sum(fault.check == check for fault in self.faults)


def verify(folder: Path) -> Verification:
    """Check hashes, links, requests to elsewhere, data of single people, and size.

    Parameters
    ----------
    folder
        A run, a published issue, or a destination with all its issues.

    Raises
    ------
    PublishError
        If the folder is none of these.
    """
    if not folder.is_dir():
        raise PublishError(f"{folder}: not a folder", "Name a run, an issue or the folder that holds all issues.")
    folder = folder.resolve()  # ``latest`` is a link, and links below the folder are faults
    if (folder / MARKER).is_file():
        return _publication(folder)
    if (folder / "site").is_dir() and (folder / MANIFEST).is_file():
        return _run(folder)
    if (folder / MANIFEST).is_file():
        return _issue(folder)
    raise PublishError(
        f"{folder}: neither a run nor an issue nor a publication ({MANIFEST} is missing)",
        "Name such a folder, for example output/latest.",
    )


def _run(folder: Path) -> Verification:
    manifest, analysis = read_run(folder)
    files, faults = read_files(folder)
    del files[MANIFEST]
    faults.extend(check_hashes(files, stamps_of(manifest)))
    assignments = private_assignments(folder, manifest["run"])
    faults.extend(_contents(files, people_of(analysis, assignments)))
    return Verification("run", (manifest["run"],), len(files), _size(files), assignments is not None, tuple(faults))


def _issue(folder: Path, name: str = "") -> Verification:
    files, faults = read_files(folder)
    content = files.pop(MANIFEST)
    issue = read_issue(content, str(folder / MANIFEST))
    manifest = parse_manifest(content, str(folder / MANIFEST))
    faults.extend(check_hashes(files, stamps_of(manifest)))
    faults.extend(_contents(files, People((issue.population, issue.customers), issue.id_column)))
    return Verification("issue", (name or folder.name,), len(files), _size(files), False, tuple(faults))


def _contents(files: dict[str, bytes], people: People) -> Iterator[Fault]:
    pages = Pages(files)
    yield from check_links(pages)
    yield from check_requests(pages)
    yield from check_rows(files, people)
    yield from check_size(files)


def _publication(folder: Path) -> Verification:
    """Check every issue by itself, then the pages around them against all files."""
    if read_marker((folder / MARKER).read_bytes()) is None:
        raise PublishError(f"{folder / MARKER}: not the marker of a publication of this version")
    files, faults = read_files(folder)
    left = tuple(path for path in files if is_at_work(path.partition("/")[0]))
    files = {path: content for path, content in files.items() if path not in left}
    faults = [fault for fault in faults if not is_at_work(fault.path.partition("/")[0])]
    names: list[str] = []
    for name in sorted({path.partition("/")[0] for path in files if "/" in path}):
        if not ISSUE.fullmatch(name):
            continue
        if f"{name}/{MANIFEST}" not in files:
            faults.append(Fault("hashes", name, "has no manifest, so its upload was not finished"))
            continue
        names.append(name)
        checked = _issue(folder / name, name)
        faults.extend(Fault(fault.check, f"{name}/{fault.path}", fault.message) for fault in checked.faults)
    around = {path: content for path, content in files.items() if not ISSUE.fullmatch(path.partition("/")[0])}
    pages = Pages(files)
    faults.extend(
        Fault("rows", path, "does not belong to a publication, so nobody can say what it holds")
        for path in around
        if not path.startswith("assets/") and path not in AROUND
    )
    own = (fault for fault in (*check_links(pages), *check_requests(pages)) if fault.path in around)
    faults.extend(own)
    if names and LATEST not in files:
        faults.append(Fault("links", LATEST, "is missing, so readers are led nowhere"))
    return Verification("publication", tuple(names), len(files), _size(files), False, tuple(faults))


def _size(files: dict[str, bytes]) -> int:
    return sum(map(len, files.values()))
