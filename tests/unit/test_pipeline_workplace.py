"""The folder in which a build works: gone at its end, and its errors told as what they are."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from reportgen.pipeline_workplace import workplace
from reportgen.report.store import Output, OutputError


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS])
def test_a_disk_that_takes_no_more_is_told_as_that(tmp_path: Path, number: int) -> None:
    with pytest.raises(OutputError) as told, workplace(Output(tmp_path)):
        raise OSError(number, os.strerror(number))
    assert str(tmp_path) in str(told.value)
    assert os.strerror(number) in str(told.value)
    assert list((tmp_path / "private").iterdir()) == []


@pytest.mark.parametrize("error", [PermissionError(errno.EACCES, "an input"), KeyError("x"), TimeoutError()])
def test_other_errors_go_their_own_way(tmp_path: Path, error: Exception) -> None:
    with pytest.raises(type(error)) as told, workplace(Output(tmp_path)):
        raise error
    assert told.value is error
    assert list((tmp_path / "private").iterdir()) == []
