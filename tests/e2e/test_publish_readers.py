"""Readers at work while issues are published: whatever they fetch is complete and of one issue."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reportgen.publishing.folder import FolderDestination
from reportgen.publishing.verify import verify
from tests.serving import serving
from tests.unit.publishing.runs import publish_run, write_run

PUBLISHES = 100


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "share"
    folder.mkdir()
    return folder


@pytest.fixture
def port(place: Path) -> Iterator[int]:
    with serving(place) as number:
        yield number


@dataclass
class Reader:
    """Follows the redirect and reads the pages of an issue, again and again.

    Attributes
    ----------
    rounds
        Complete rounds.
    seen
        Issues that were read, in order.
    wrong
        What was not as it should be.
    """

    port: int
    stop: threading.Event = field(default_factory=threading.Event)
    rounds: int = 0
    seen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def fetch(self, path: str) -> str:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            text = answer.read().decode()
            if answer.status != 200:
                self.wrong.append(f"{path}: {answer.status}")
            return text
        finally:
            connection.close()

    def read(self) -> None:
        while not self.stop.is_set():
            led = re.search(
                r'content="0; url=\.\./(\d{8}-([0-9a-f]{8}))/index\.html"', self.fetch("/latest/index.html")
            )
            if led is None:
                self.wrong.append("the page that leads to the latest issue is not complete")
                continue
            folder, number = led.group(1), int(led.group(2), 16)
            for page in ("index", "data", "segments"):
                text = self.fetch(f"/{folder}/{page}.html")
                if not text.endswith(f"</html>\n<!-- issue of month {number} -->\n"):
                    self.wrong.append(f"{folder}/{page}.html is not complete or of another issue")
            archive = self.fetch("/index.html")
            for href in re.findall(r'<th scope="row"><a href="([^"]+)"', archive)[:3]:
                self.fetch(f"/{href}")
            if not archive.endswith("</html>\n"):
                self.wrong.append("the archive page is not complete")
            if not self.seen or self.seen[-1] != folder:
                self.seen.append(folder)
            self.rounds += 1


@pytest.mark.parametrize("keep", [None, 40])
def test_a_reader_never_sees_half_an_issue(
    place: Path, port: int, keep: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda _: None)
    runs = [write_run(tmp_path / "output", number) for number in range(13, 13 + PUBLISHES + 1)]
    destination = FolderDestination(place)
    publish_run(runs[0], destination)
    readers = [Reader(port), Reader(port)]
    threads = [threading.Thread(target=reader.read) for reader in readers]
    for thread in threads:
        thread.start()
    try:
        for run in runs[1:]:
            publish_run(run, destination, keep=keep)
    finally:
        for reader in readers:
            reader.stop.set()
        for thread in threads:
            thread.join(30)
    assert [reader.wrong for reader in readers] == [[], []]
    assert min(reader.rounds for reader in readers) >= 10
    assert min(len(reader.seen) for reader in readers) >= 5
    assert [reader.seen for reader in readers] == [sorted(reader.seen) for reader in readers]
    assert verify(place).faults == ()
