"""Any other place that fsspec can write to: ordered upload, each file read back, the manifest last.

Such places have no rename of folders that can be relied on. An issue there counts as there when its manifest is: that
is uploaded after everything else was read back, and removed first.
"""

from __future__ import annotations

import json
import mimetypes
import os
import posixpath
import socket
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from reportgen.errors import ReportgenError
from reportgen.publishing.holding import MANIFEST, PublishError
from reportgen.publishing.issue import ISSUE
from reportgen.publishing.remote_schemes import EXTRAS, error_words

_LOCKS = ".publishing"
_LOCK_LASTS = timedelta(hours=1)  # longer than any upload; an older lock is of a publisher that died
_STAGING = ".staging-"
_OBJECT_STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az"})  # one upload replaces an object at once
_TYPES = {".woff2": "font/woff2", ".svg": "image/svg+xml", ".xml": "application/atom+xml"}


@dataclass
class RemoteDestination:
    """A place that is reached through fsspec.

    Attributes
    ----------
    name
        How it is called in messages.
    root
        Its path within the file system, without a slash at the end.
    scheme
        Kind of address.
    system
        The fsspec file system.
    now
        The clock, for locks.
    """

    name: str
    root: str
    scheme: str
    system: Any
    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def entries(self) -> tuple[str, ...]:
        """Return the names at the top that are not of a publisher at work."""
        return tuple(name for name in self._names("") if not name.startswith((_LOCKS, _STAGING)))

    def read(self, path: str) -> bytes | None:
        """Return the content of a file, or None when it is not there."""
        with self._explained():
            self.system.invalidate_cache()
            try:
                return bytes(self.system.cat_file(self._full(path)))
            except (FileNotFoundError, IsADirectoryError):
                return None

    def files(self, folder: str) -> tuple[str, ...]:
        """Return the path of every file below a folder."""
        with self._explained():
            self.system.invalidate_cache()
            found = self.system.find(self._full(folder))
            return tuple(sorted(self._relative(str(path)) for path in found))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Leave a mark for others while it lasts, and refuse to go on when somebody else's is there.

        Two publishers that begin in the same moment both see the other and both refuse.
        """
        mine = f"{_LOCKS}/{uuid.uuid4().hex}.json"
        told = {"host": socket.gethostname(), "process": os.getpid(), "since": self.now().isoformat(timespec="seconds")}
        self._write(mine, json.dumps(told).encode())
        try:
            self._refuse_others(mine)
            yield
        finally:
            with suppress(PublishError):
                self._remove(mine)

    def clean(self) -> None:
        """Remove issues whose upload was never finished, and files that were left aside."""
        for name in self.entries():
            if ISSUE.fullmatch(name) and self.read(f"{name}/{MANIFEST}") is None:
                self._remove_tree(name)
        for name in self._names(""):
            if name.startswith(_STAGING):
                self._remove(name)

    def write_issue(self, folder: str, files: Mapping[str, bytes]) -> None:
        """Upload every file, read each back, then the manifest."""
        try:
            ordered = sorted(files, key=lambda path: (path == MANIFEST, path))
            for path in ordered[:-1]:
                self._write(f"{folder}/{path}", files[path])
            for path in ordered[:-1]:
                self._confirm(f"{folder}/{path}", files[path])
            self._write(f"{folder}/{ordered[-1]}", files[ordered[-1]])
            self._confirm(f"{folder}/{ordered[-1]}", files[ordered[-1]])
        except BaseException:
            with suppress(Exception):
                self.remove_issue(folder)
            raise

    def replace(self, path: str, content: bytes) -> None:
        """Replace one file: an object store does it in one step, elsewhere a file aside is renamed over it."""
        if self.scheme in _OBJECT_STORES:
            self._write(path, content)
        else:
            staged = f"{_STAGING}{uuid.uuid4().hex}"
            self._write(staged, content)
            with self._explained():
                self.system.makedirs(self._full(path).rpartition("/")[0], exist_ok=True)
                self._rename(staged, path)
        self._confirm(path, content)

    def remove_issue(self, folder: str) -> None:
        """Remove the manifest first, so that the issue no longer counts as there, then the rest."""
        if self.read(f"{folder}/{MANIFEST}") is not None:
            self._remove(f"{folder}/{MANIFEST}")
        self._remove_tree(folder)

    def close(self) -> None:
        """End the connection; what a driver says about that is of no interest any more."""
        with suppress(Exception):
            if self.scheme in ("sftp", "ssh"):
                self.system.client.close()
            elif EXTRAS.get(self.scheme) == "webdav":
                self.system.client.http.close()
            elif self.scheme.startswith("s3"):
                self.system.close_session(self.system.loop, self.system.s3)

    def _refuse_others(self, mine: str) -> None:
        for name in self._names(_LOCKS):
            path = f"{_LOCKS}/{name}"
            if path == mine:
                continue
            since, host = _lock_told(self.read(path))
            if since is None or self.now() - since > _LOCK_LASTS:
                self._remove(path)
                continue
            raise PublishError(
                f"{self.name}: somebody on {host} has been publishing here since {since.isoformat(timespec='seconds')}",
                f"Wait for it to end; a lock that was left behind is ignored after {_LOCK_LASTS.seconds // 3600} hour.",
            )

    def _names(self, folder: str) -> tuple[str, ...]:
        with self._explained():
            self.system.invalidate_cache()
            try:
                found = self.system.ls(self._full(folder), detail=False)
            except FileNotFoundError:
                return ()
        names = {str(path).rstrip("/").rpartition("/")[2] for path in found}
        own = self._full(folder).rpartition("/")[2]  # object stores list the folder itself when it is an empty object
        return tuple(sorted(name for name in names if name and not (name == own and len(found) == 1)))

    def _write(self, path: str, content: bytes) -> None:
        full = self._full(path)
        with self._explained():
            if self.scheme not in _OBJECT_STORES:
                self.system.makedirs(full.rpartition("/")[0], exist_ok=True)
            self.system.pipe_file(full, content, **self._headers(path))

    def _headers(self, path: str) -> dict[str, str]:
        """Tell a bucket that serves pages what each file is, and that the changing ones must not be kept."""
        if not self.scheme.startswith("s3"):
            return {}
        suffix = posixpath.splitext(path)[1]
        kind = _TYPES.get(suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
        steady = ISSUE.fullmatch(path.partition("/")[0]) is not None
        text = kind.startswith("text/") or kind.endswith(("json", "xml"))
        return {
            "ContentType": f"{kind}; charset=utf-8" if text else kind,
            "CacheControl": "max-age=31536000, immutable" if steady else "no-cache",
        }

    def _confirm(self, path: str, content: bytes) -> None:
        if self.read(path) != content:
            raise PublishError(
                f"{self.name}: {path} reads back other than it was sent",
                "Try again. The issues that were there are untouched.",
            )

    def _rename(self, staged: str, path: str) -> None:
        source, target = self._full(staged), self._full(path)
        if EXTRAS.get(self.scheme) == "webdav":
            self.system.client.move(source, target, overwrite=True)  # mv() would copy and delete
        else:
            self.system.mv(source, target)

    def _remove(self, path: str) -> None:
        with self._explained(), suppress(FileNotFoundError):
            self.system.rm_file(self._full(path))

    def _remove_tree(self, folder: str) -> None:
        with self._explained(), suppress(FileNotFoundError):
            self.system.rm(self._full(folder), recursive=True)

    def _full(self, path: str) -> str:
        return f"{self.root}/{path}".rstrip("/") if path else self.root

    def _relative(self, full: str) -> str:
        return full.strip("/").removeprefix(self.root.strip("/")).lstrip("/")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell whatever a driver raises, each of its own kind, as one error with the name of the place."""
        try:
            yield
        except (ReportgenError, FileNotFoundError, IsADirectoryError):
            raise
        except Exception as error:
            raise PublishError(
                f"{self.name}: {error_words(error)}",
                "The issues that were there are untouched. Check address and access.",
            ) from error


def _lock_told(content: bytes | None) -> tuple[datetime | None, str]:
    try:
        told = json.loads(content or b"")
        return datetime.fromisoformat(told["since"]), str(told["host"])
    except (ValueError, KeyError, TypeError):
        return None, ""
