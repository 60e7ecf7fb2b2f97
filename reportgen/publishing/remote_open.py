"""Opening a destination by its address."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from reportgen.publishing.holding import PublishError
from reportgen.publishing.remote import RemoteDestination
from reportgen.publishing.remote_schemes import EXTRAS, error_words


def open_remote(address: str) -> RemoteDestination:
    """Return a remote destination.

    Parameters
    ----------
    address
        Such as ``s3://bucket/reports``, ``sftp://user@host/srv/reports`` or ``webdavs://host/reports``.

    Raises
    ------
    PublishError
        If a package is missing, or the address cannot be used.
    """
    parts = urlsplit(address)
    scheme = parts.scheme.lower()
    name = _without_password(address)
    try:
        import fsspec
        from fsspec.registry import get_filesystem_class

        if scheme in ("sftp", "ssh"):
            system, root = _open_sftp(address)
        elif EXTRAS.get(scheme) == "webdav":
            system, root = _open_webdav(address)
        else:
            get_filesystem_class(scheme)
            options = {"use_listings_cache": False} if scheme.startswith("s3") else {}
            system, root = fsspec.core.url_to_fs(address, skip_instance_cache=scheme != "memory", **options)
    except ImportError as error:
        extra = EXTRAS.get(scheme)
        hint = f"pip install 'reportgen[{extra}]'" if extra else f"pip install fsspec and its driver ({error})"
        raise PublishError(f"{name}: the package that writes to {scheme}:// is not installed", f"{hint}.") from None
    except ValueError as error:
        raise PublishError(f"{name}: {error}", "Name a folder, or an s3://, sftp:// or webdavs:// address.") from None
    except Exception as error:
        raise PublishError(f"{name}: {error_words(error)}", "Check address, account and key.") from error
    return RemoteDestination(name, str(root).rstrip("/"), scheme, system)


def _open_sftp(address: str) -> tuple[Any, str]:
    """Connect to a host whose key is known: in the user's or the system's known hosts."""
    import paramiko
    from fsspec.implementations.sftp import SFTPFileSystem

    class KnownHosts(SFTPFileSystem):  # type: ignore[misc]
        """fsspec's own connects to whatever answers."""

        def _connect(self) -> None:
            self.client = paramiko.SSHClient()
            self.client.load_system_host_keys()
            self.client.set_missing_host_key_policy(paramiko.RejectPolicy())
            self.client.connect(self.host, **self.ssh_kwargs)
            self.ftp = self.client.open_sftp()

    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError("the address names no host")
    given = {"port": parts.port, "username": parts.username, "password": parts.password}
    options = {key: unquote(value) if isinstance(value, str) else value for key, value in given.items() if value}
    return KnownHosts(parts.hostname, skip_instance_cache=True, timeout=30, **options), unquote(parts.path)


def _open_webdav(address: str) -> tuple[Any, str]:
    """Connect over https with ``webdavs`` or ``davs``, over http with ``webdav`` or ``dav``.

    User and password come from the address or from ``WEBDAV_USER`` and ``WEBDAV_PASSWORD``.
    """
    from webdav4.fsspec import WebdavFileSystem

    parts = urlsplit(address)
    if not parts.hostname:
        raise ValueError("the address names no host")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    place = f"{host}:{parts.port}" if parts.port else host
    protocol = "https" if parts.scheme.lower().endswith("s") else "http"
    user = unquote(parts.username or "") or os.environ.get("WEBDAV_USER", "")
    password = unquote(parts.password or "") or os.environ.get("WEBDAV_PASSWORD", "")
    system = WebdavFileSystem(
        f"{protocol}://{place}", auth=(user, password) if user else None, skip_instance_cache=True, timeout=30
    )
    return system, unquote(parts.path).strip("/")


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    if parts.password is None:
        return address
    return address.replace(f":{parts.password}@", "@", 1)
