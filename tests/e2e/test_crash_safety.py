"""Killed at any moment, out of disk, read-only: what was good stays good, and the next run puts things in order."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reportgen.publishing.verify import verify
from reportgen.report.store import Output
from tests.cli.running import leftovers, prepare, run, run_alone, start
from tests.cli.sample import Files, make_pair
from tests.unit.publishing.runs import write_run

# Kills the process at the n-th step that changes a file or a folder.
KILLER = """
import os, signal
from pathlib import Path
from reportgen import durable
from reportgen.report import store
from reportgen.publishing import folder
left = {number}
def counted(step):
    def wrapped(*given, **more):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*given, **more)
    return wrapped
durable.write_file = store.write_file = folder.write_file = counted(durable.write_file)
store.replace_folder = counted(durable.replace_folder)
for name in ("rename", "replace", "symlink_to", "mkdir", "unlink"):
    setattr(Path, name, counted(getattr(Path, name)))
"""
BUILD_MOMENTS = (25, 90, 150)
PUBLISH_MOMENTS = (3, 12, 20)
RANDOM_KILLS = 50


@pytest.fixture(scope="session")
def good(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build once and publish that; copies are killed at."""
    files = make_pair().write(tmp_path_factory.mktemp("good"))
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        assert run(*files.build(), "--k", "2").code == 0
        assert run("publish", files.folder / "share", "--run", files.latest).code == 0
    return files


@pytest.fixture
def job(good: Files, tmp_path: Path) -> Files:
    shutil.copytree(good.folder, tmp_path / "job", symlinks=True)
    files = Files(tmp_path / "job")
    make_pair(customers=160).write(files.folder)
    return files


def steps_of(*arguments: str | Path) -> int:
    """Count the steps of a command that is not killed."""
    tell = "\nimport atexit; atexit.register(lambda: print('steps', 10**9 - left))"
    done = run_alone(*arguments, before=KILLER.format(number=10**9) + tell)
    assert done.code == 0, done.err
    return int(done.out.rsplit("steps ", 1)[1])


def killed_at(number: int, *arguments: str | Path) -> bool:
    """Run a command that is killed at a step; return whether it got there."""
    done = run_alone(*arguments, before=KILLER.format(number=number))
    assert done.code in (0, -signal.SIGKILL), done.err
    return done.code != 0


def check_build(job: Files, before: str) -> None:
    """Check that the latest run is whole after a kill, and that the next build succeeds and cleans up."""
    latest = Output(job.output).latest()
    found = verify(latest)
    assert found.faults == ()
    if (job.output / "latest").exists():
        assert verify(job.output / "latest").faults == ()
    done = run(*job.build(), "--k", "2")
    assert done.code == 0, done.err
    assert Output(job.output).latest() == Path(done.last_line).parents[1]
    assert verify(job.output / "latest").faults == ()
    assert leftovers(job.output) == []
    assert (job.output / "runs" / before).is_dir()


@pytest.mark.parametrize("moment", BUILD_MOMENTS)
def test_a_build_killed_at_a_moment(job: Files, moment: int) -> None:
    before = job.latest.resolve().name
    assert killed_at(moment, *job.build(), "--k", "2")
    assert Output(job.output).latest().name == before
    check_build(job, before)


def check_publication(job: Files, second: Path) -> None:
    share = job.folder / "share"
    assert [str(fault) for fault in verify(share).faults if ".staging" not in fault.path] == []
    done = run("publish", share, "--run", second)
    assert done.code == 0, done.err
    assert verify(share).faults == ()
    assert second.name in (share / "latest" / "index.html").read_text("utf-8")
    assert not [path for path in share.rglob(".*") if path.name != ".lock"]


def second_run(job: Files) -> Path:
    return write_run(job.folder / "second", 12)


@pytest.mark.parametrize("moment", PUBLISH_MOMENTS)
def test_a_publication_killed_at_a_moment(job: Files, moment: int) -> None:
    second = second_run(job)
    assert killed_at(moment, "publish", job.folder / "share", "--run", second, "--keep", "1")
    check_publication(job, second)


@pytest.mark.slow
def test_builds_killed_at_random_moments(good: Files, tmp_path: Path) -> None:
    """Half of the kills come at a step of writing, half at any time."""
    chance = random.Random(7)
    probe = Files(tmp_path / "probe")
    shutil.copytree(good.folder, probe.folder, symlinks=True)
    make_pair(customers=160).write(probe.folder)
    begun = time.monotonic()
    steps = steps_of(*probe.build(), "--k", "2")
    lasts = time.monotonic() - begun
    killed = 0
    for number in range(RANDOM_KILLS):
        place = tmp_path / f"job-{number}"
        shutil.copytree(good.folder, place, symlinks=True)
        files = Files(place)
        make_pair(customers=160).write(place)
        before = files.latest.resolve().name
        if number % 2:
            killed += killed_at(chance.randint(1, steps), *files.build(), "--k", "2")
        else:
            with start(*files.build(), "--k", "2") as child:
                time.sleep(chance.uniform(0.2, lasts))
                killed += child.poll() is None
                child.kill()
                child.communicate(timeout=600)
        check_build(files, before)
        shutil.rmtree(place)
    assert killed > RANDOM_KILLS * 0.7


@pytest.mark.slow
def test_publications_killed_at_random_moments(good: Files, tmp_path: Path) -> None:
    chance = random.Random(8)
    second = write_run(tmp_path / "second", 12)
    probe = tmp_path / "probe"
    shutil.copytree(good.folder / "share", probe)
    steps = steps_of("publish", probe, "--run", second, "--keep", "1")
    killed = 0
    for number in range(RANDOM_KILLS):
        files = Files(tmp_path / f"job-{number}")
        files.folder.mkdir()
        shutil.copytree(good.folder / "share", files.folder / "share")
        killed += killed_at(chance.randint(1, steps), "publish", files.folder / "share", "--run", second, "--keep", "1")
        check_publication(files, second)
    assert killed > RANDOM_KILLS * 0.7


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[Path]:
    """Mount a small file system in memory; skip where that is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("mount") is None or os.geteuid() != 0:
        pytest.skip("only root may mount")
    done = subprocess.run(
        ["mount", "-t", "tmpfs", *options, "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"mounting is not allowed here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_full(job: Files, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-o", "size=6m") as disk:
        files = Files(job.folder)
        output, share = disk / "output", disk / "share"
        shutil.copytree(job.output, output, symlinks=True)
        shutil.copytree(job.folder / "share", share)
        before = Output(output).latest().name
        for left in (0, 40_000, 150_000, 400_000):
            (disk / "ballast").unlink(missing_ok=True)
            (disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(disk).free - left))
            done = run("build", *files.inputs(), "-o", output, "--no-pdf", "--quick", "--k", "2", "--no-cache")
            assert (done.code, done.out) == (1, ""), left
            assert "No space left on device" in done.err
            assert "This should not happen" not in done.err
            assert Output(output).latest().name == before
            assert verify(output / "latest").faults == ()
        (disk / "more").write_bytes(b"x" * (shutil.disk_usage(disk).free - 8_000))
        done = run("publish", share, "--run", second_run(job))
        assert done.code == 1
        assert "No space left on device" in done.err
        assert "This should not happen" not in done.err
        assert verify(share).faults == ()
        (disk / "ballast").unlink()
        (disk / "more").unlink()
        assert run("build", *files.inputs(), "-o", output, "--no-pdf", "--quick", "--k", "2").code == 0
        assert leftovers(output) == []


def test_a_file_that_may_not_grow(job: Files) -> None:
    """The limit of the system on the size of a file stands for a quota."""
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))"
    second = second_run(job)
    (second / "site" / "segments.html").write_bytes(b"<html><body>" + b"x" * 30_000 + b"</body></html>")
    told = json.loads((second / "manifest.json").read_text("utf-8"))
    from reportgen.publishing.holding import Stamp

    told["outputs"]["site/segments.html"] = vars(Stamp.of((second / "site" / "segments.html").read_bytes()))
    (second / "manifest.json").write_text(json.dumps(told))
    done = run_alone("publish", job.folder / "share", "--run", second, before=limit)
    assert done.code == 1
    assert "File too large" in done.err
    assert verify(job.folder / "share").faults == ()
    check_publication(job, second)


def test_places_that_may_only_be_read(job: Files, tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "-o", "size=8m") as disk:
        output, share = disk / "output", disk / "share"
        shutil.copytree(job.output, output, symlinks=True)
        shutil.copytree(job.folder / "share", share)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        done = run("build", *job.inputs(), "-o", output, "--no-pdf", "--quick", "--k", "2")
        assert (done.code, done.out) == (1, "")
        assert "Read-only file system" in done.err
        done = run("publish", share, "--run", second_run(job))
        assert done.code == 1
        assert "Read-only file system" in done.err
        done = run("publish", disk / "new", "--run", second_run(job))
        assert done.code == 1
        assert "Read-only file system" in done.err
        assert verify(share).faults == ()
        assert verify(output / "latest").faults == ()
