"""The kinds of address that can be published to, and what their libraries say when something fails."""

from __future__ import annotations

EXTRAS = {
    "s3": "s3", "s3a": "s3", "sftp": "sftp", "ssh": "sftp",
    "webdav": "webdav", "webdavs": "webdav", "dav": "webdav", "davs": "webdav",
}  # fmt: skip


def error_words(error: Exception) -> str:
    """Return what an error says, in one line; its kind where it says nothing."""
    return " ".join(str(error).split()) or type(error).__name__
