"""The order in which an issue is published: everything it needs first, the page that leads to it last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reportgen.formatting import Formatter
from reportgen.publishing.archive import (
    MARKER,
    Shelf,
    order_issues,
    publication_id,
    read_marker,
    render_marker,
    surroundings,
)
from reportgen.publishing.destination import Destination
from reportgen.publishing.holding import MANIFEST, Fault, PublishError
from reportgen.publishing.issue import ISSUE, Bundle, Issue, read_issue

NEVER = frozenset({"hashes", "rows"})  # faults that nobody can wave through
_SHOWN_FAULTS = 5


@dataclass(frozen=True)
class Published:
    """What was done.

    Attributes
    ----------
    destination
        Its name.
    issue
        Folder of the issue.
    page
        Address of the page that leads to it.
    new
        Whether the issue was written now; False when the same content was there already.
    files, size
        Number of its files and their bytes.
    issues
        Folders of all issues that are there now, the newest first.
    removed
        Folders that were removed because only so many were to be kept.
    failed
        Gates that failed and faults that were waved through.
    mended
        Files of an issue that was there already which were gone or differed, and were written once more.
    """

    destination: str
    issue: str
    page: str
    new: bool
    files: int
    size: int
    issues: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[str, ...]
    mended: tuple[str, ...] = ()


def publish(
    bundle: Bundle, destination: Destination, *, now: datetime, keep: int | None = None, force: bool = False
) -> Published:
    """Publish a run as an issue.

    Parameters
    ----------
    bundle
        The run's public files.
    destination
        Where to; empty or already holding issues.
    now
        Time of publication; with a time zone.
    keep
        How many of the newest issues stay, at least 1; None keeps all. The one that readers are led to stays besides.
    force
        Publish although a gate failed, or a link or the size is at fault. Never although a file differs from the
        manifest or holds data of single people.

    Raises
    ------
    PublishError
        If it is not published; what was there before is untouched and readers are led where they were.
    """
    failed = _refuse(bundle, force)
    identity = _identity(destination)
    with destination.locked():
        destination.clean()
        if identity is None:
            identity = publication_id(bundle.issue)
            destination.replace(MARKER, render_marker(identity))
        there = issues_of(destination)
        folder = _same(there, bundle.issue)
        new = folder is None
        files = bundle.files(now)
        mended: tuple[str, ...] = ()
        if folder is not None:
            mended = _mend(destination, folder, bundle.site)
        else:
            folder = _free_name(destination, bundle.issue.run)
            destination.write_issue(folder, files)
            there = {**there, folder: read_issue(files[MANIFEST], folder)}
        ordered = order_issues(there)
        kept = _kept(tuple(name for name, _ in ordered), folder, keep)
        shelf = Shelf(identity, tuple(item for item in ordered if item[0] in kept), folder)
        assets = {path: content for path, content in bundle.site.items() if path.startswith("assets/")}
        for path, content in surroundings(shelf, assets).items():
            if destination.read(path) != content:
                destination.replace(path, content)
        removed = tuple(name for name, _ in ordered if name not in kept)
        for name in removed:
            destination.remove_issue(name)
    return Published(
        destination=destination.name,
        issue=folder,
        page=f"{destination.name.rstrip('/')}/latest/index.html",
        new=new,
        files=len(files),
        size=sum(map(len, files.values())),
        issues=tuple(name for name, _ in shelf.issues),
        removed=removed,
        failed=failed,
        mended=mended,
    )


def _mend(destination: Destination, folder: str, site: Mapping[str, bytes]) -> tuple[str, ...]:
    """Write files of an issue that is there once more where they are gone or differ; return their paths."""
    wrong = tuple(path for path, content in site.items() if destination.read(f"{folder}/{path}") != content)
    for path in wrong:
        destination.replace(f"{folder}/{path}", site[path])
    return wrong


def issues_of(destination: Destination) -> dict[str, Issue]:
    """Return the complete issues that are there, by folder."""
    found: dict[str, Issue] = {}
    for name in destination.entries():
        if ISSUE.fullmatch(name):
            content = destination.read(f"{name}/{MANIFEST}")
            if content is not None:
                found[name] = read_issue(content, f"{destination.name}/{name}/{MANIFEST}")
    return found


def _refuse(bundle: Bundle, force: bool) -> tuple[str, ...]:
    """Return what was waved through; raise for what cannot be."""
    never = [fault for fault in bundle.faults if fault.check in NEVER]
    if never:
        raise PublishError(
            f"run {bundle.issue.run} is not fit to be published\n{_listed(never)}",
            "Build the report again; --force does not help here.",
        )
    if bundle.issue.gates and not force:
        raise PublishError(
            f"run {bundle.issue.run} failed {_gates(bundle.issue.gates)}",
            "Look at its first page. `reportgen publish --force` publishes it all the same.",
        )
    if bundle.faults and not force:
        raise PublishError(
            f"run {bundle.issue.run} has faults\n{_listed(bundle.faults)}",
            "Build the report again, or publish it as it is with --force.",
        )
    return (*bundle.issue.gates, *map(str, bundle.faults))


def _gates(failed: Sequence[str]) -> str:
    """Name the gates in the words of the report, which may be of another language than the terminal."""
    if len(failed) == 1:
        return f"a gate: {failed[0]}"
    return "\n".join([f"{len(failed)} gates", *(f"  {gate}" for gate in failed)])


def _listed(faults: list[Fault] | tuple[Fault, ...]) -> str:
    lines = [f"  {fault}" for fault in faults[:_SHOWN_FAULTS]]
    more = len(faults) - _SHOWN_FAULTS
    return "\n".join([*lines, f"  and {more} more"] if more > 0 else lines)


def _identity(destination: Destination) -> str | None:
    """Return the name of the publication that is there, None for a new place; refuse one that holds other things."""
    entries = destination.entries()
    if not entries:
        return None
    marker = destination.read(MARKER)
    identity = read_marker(marker)
    if identity is None:
        other = "a publication of another version" if marker is not None else Formatter("en").words(entries[:3])
        raise PublishError(
            f"{destination.name}: holds something else ({other})",
            "Name an empty place, or one that `reportgen publish` has made.",
        )
    return identity


def _same(there: Mapping[str, Issue], issue: Issue) -> str | None:
    """Return the folder that holds the same content already."""
    for folder, other in there.items():
        if (other.run, other.fingerprint, other.gates) == (issue.run, issue.fingerprint, issue.gates):
            return folder
    return None


def _free_name(destination: Destination, run: str) -> str:
    """Return a folder for a run; one that was rendered anew gets a number, since an issue never changes."""
    taken = set(destination.entries())
    number = 1
    name = run
    while name in taken:
        number += 1
        name = f"{run}-{number}"
    return name


def _kept(ordered: tuple[str, ...], current: str, keep: int | None) -> frozenset[str]:
    if keep is None:
        return frozenset(ordered)
    return frozenset([current, *ordered[: max(keep, 1)]])
