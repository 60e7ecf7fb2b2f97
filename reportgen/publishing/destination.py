"""Where issues are published: what a destination can do, and which kind an address means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from reportgen.publishing.holding import PublishError

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


class Destination(Protocol):
    """A place that holds issues.

    Paths are relative to it, with forward slashes. Whatever fails is told as ``PublishError``.
    """

    @property
    def name(self) -> str:
        """How it is called in messages; never with a password."""

    def entries(self) -> tuple[str, ...]:
        """Return the names at its top, sorted; empty when it does not exist yet."""

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it is not there."""

    def files(self, folder: str) -> tuple[str, ...]:
        """Return the path of every file below a folder, relative to the destination."""

    def locked(self) -> AbstractContextManager[None]:
        """Keep other publishers out while it lasts, and make the place where it is new."""

    def clean(self) -> None:
        """Remove what a killed publisher left behind; call it under the lock."""

    def write_issue(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Write a whole issue so that it counts as there only when every file arrived as it was sent."""

    def replace(self, path: str, content: bytes) -> None:
        """Replace one file in one step, as far as the destination can."""

    def remove_issue(self, folder: str) -> None:
        """Remove an issue; from the first moment on it does not count as there."""

    def close(self) -> None:
        """End the connection, if there is one."""


def open_destination(address: str) -> Destination:
    """Return the destination that an address means: a folder, or anything fsspec knows.

    Raises
    ------
    PublishError
        If the address cannot be used, or a package that it needs is not installed.
    """
    if not address.strip():
        raise PublishError("no destination was given", "Name a folder or an address such as s3://bucket/reports.")
    if not _ADDRESS.match(address):
        from reportgen.publishing.folder import FolderDestination

        return FolderDestination(Path(address))
    if urlsplit(address).scheme.lower() == "file":
        from reportgen.publishing.folder import FolderDestination

        return FolderDestination(Path(urlsplit(address).path))
    from reportgen.publishing.remote_open import open_remote

    return open_remote(address)
