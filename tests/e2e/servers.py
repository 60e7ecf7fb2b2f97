"""Real destinations on the loopback address: an S3 server, an SFTP server and a WebDAV server."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import paramiko

USER, PASSWORD = "publisher", "open sesame"


@dataclass(frozen=True)
class Server:
    """One running server.

    Attributes
    ----------
    address
        Where to publish to.
    environment
        Variables that a publisher needs.
    folder
        Where the server keeps its files; None when it keeps them in memory.
    """

    address: str
    environment: dict[str, str]
    folder: Path | None


@contextmanager
def s3_server() -> Iterator[Server]:
    """Run a local S3 server with one bucket."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    try:
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "eu-central-1"}
        client = boto3.client("s3", endpoint_url=address, **keys)
        place = {"LocationConstraint": "eu-central-1"}
        client.create_bucket(Bucket="intranet", CreateBucketConfiguration=place)
        client.close()
        variables = {
            "AWS_ENDPOINT_URL": address,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "eu-central-1",
        }
        yield Server("s3://intranet/reports", variables, None)
    finally:
        server.stop()


@contextmanager
def webdav_server(folder: Path) -> Iterator[Server]:
    """Run a WebDAV server on a folder, with a password."""
    from cheroot import wsgi
    from wsgidav.wsgidav_app import WsgiDAVApp

    config = {
        "provider_mapping": {"/": str(folder)},
        "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
        "http_authenticator": {"accept_basic": True, "accept_digest": False, "default_to_digest": False},
        "verbose": 0,
        "logging": {"enable": False},
        "property_manager": True,
        "lock_storage": True,
    }
    server = wsgi.Server(("127.0.0.1", 0), WsgiDAVApp(config), numthreads=4)
    server.prepare()
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        port = server.bind_addr[1]
        variables = {"WEBDAV_USER": USER, "WEBDAV_PASSWORD": PASSWORD}
        yield Server(f"webdav://127.0.0.1:{port}/reports", variables, folder)
    finally:
        server.stop()
        thread.join(10)


class _Door(paramiko.ServerInterface):
    """Lets one user in by password."""

    def check_auth_password(self, username: str, password: str) -> int:
        known = username == USER and password == PASSWORD
        return paramiko.common.AUTH_SUCCESSFUL if known else paramiko.common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED

    def get_allowed_auths(self, username: str) -> str:
        return "password"


def _attempt(call: Any) -> Any:
    """Return what a call returns, or the SFTP status of its error."""
    try:
        return call()
    except OSError as error:
        return paramiko.SFTPServer.convert_errno(error.errno or 0)


class _Handle(paramiko.SFTPHandle):
    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))  # type: ignore[attr-defined]


class _Shelf(paramiko.SFTPServerInterface):
    """Files below one folder."""

    root: Path

    def _at(self, path: str) -> Path:
        return self.root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> Any:
        def names() -> list[paramiko.SFTPAttributes]:
            return [
                paramiko.SFTPAttributes.from_stat(found.stat(), filename=found.name)
                for found in self._at(path).iterdir()
            ]

        return _attempt(names)

    def stat(self, path: str) -> Any:
        return _attempt(lambda: paramiko.SFTPAttributes.from_stat(self._at(path).stat()))

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> Any:
        def opened() -> paramiko.SFTPHandle:
            descriptor = os.open(self._at(path), flags, 0o644)
            file = os.fdopen(descriptor, "r+b" if flags & (os.O_WRONLY | os.O_RDWR) else "rb", buffering=0)
            handle = _Handle(flags)
            handle.readfile = file  # type: ignore[attr-defined]
            handle.writefile = file  # type: ignore[attr-defined]
            return handle

        if flags & os.O_WRONLY:  # Python's "r+" needs both
            flags = flags & ~os.O_WRONLY | os.O_RDWR
        return _attempt(opened)

    def _done(self, call: Any) -> int:
        outcome = _attempt(call)
        return outcome if isinstance(outcome, int) else paramiko.sftp.SFTP_OK

    def remove(self, path: str) -> int:
        return self._done(lambda: self._at(path).unlink())

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        return self._done(lambda: self._at(path).mkdir())

    def rmdir(self, path: str) -> int:
        return self._done(lambda: self._at(path).rmdir())

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        return self._done(lambda: self._at(oldpath).replace(self._at(newpath)) and None)


@contextmanager
def sftp_server(folder: Path, home: Path) -> Iterator[Server]:
    """Run an SFTP server on a folder; ``home`` gets the known hosts of a publisher."""
    shelf = type("Shelf", (_Shelf,), {"root": folder})
    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, shelf)
            transports.append(transport)
            transport.start_server(server=_Door())

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    known = home / ".ssh" / "known_hosts"
    known.parent.mkdir(parents=True, exist_ok=True)
    known.write_text(f"[127.0.0.1]:{port} {key.get_name()} {key.get_base64()}\n")
    user = f"{USER}:{PASSWORD.replace(' ', '%20')}"
    try:
        yield Server(f"sftp://{user}@127.0.0.1:{port}/reports", {"HOME": str(home)}, folder)
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(10)
        for transport in transports:
            transport.close()
