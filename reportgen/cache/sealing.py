"""Content behind its own hash, so that nothing is used that was half written or has lost a bit."""

from __future__ import annotations

import hashlib

FORMAT = 1
_SEAL = f"reportgen cache {FORMAT}\n".encode()


class DamagedError(ValueError):
    """A sealed file whose content is not what was sealed."""


def seal(content: bytes) -> bytes:
    """Put a hash before some content."""
    return _SEAL + hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def unseal(sealed: bytes) -> bytes:
    """Return the content behind its hash.

    Raises
    ------
    DamagedError
        If the hash is another one, or the form is that of another version.
    """
    start = len(_SEAL) + 65
    content = sealed[start:]
    if sealed[:start] != seal(content)[:start]:
        raise DamagedError
    return content
