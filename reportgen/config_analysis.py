"""Settings of the statistics, and of the names of segments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import StringConstraints

from reportgen.config_table import Table, Text, setting

_BlockPlace = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^(/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.]*://)\S")
]

_SegmentName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]

_Letter = Annotated[str, StringConstraints(pattern=r"^[A-Y]$")]


class AnalysisSettings(Table):
    """Table ``[analysis]``: the choices of the statistics."""

    k: int | None = setting(
        None,
        "The number of segments; left out, the data choose.",
        "a whole number from 2 to 25",
        ge=2,
        le=25,
        example=8,
    )
    k_max: int = setting(
        15, "The largest number of segments that is tried.", "a whole number from 3 to 25", ge=3, le=25
    )
    seed: int = setting(1, "The start of every random draw.", "a whole number from 0 to 4294967295", ge=0, le=2**32 - 1)
    quick: bool = setting(False, "Fewer repetitions: a first look, not for decisions.", "true or false")
    max_missing: float = setting(
        0.30,
        "Columns with a larger share of missing values stay out of the distance.",
        "a number above 0 and below 1",
        gt=0,
        lt=1,
    )
    row_threshold: int | None = setting(
        None,
        "Rows with more missing values than this are low-information records; left out, the data choose.",
        "a whole number from 0",
        ge=0,
        example=30,
    )
    cluster_on: Literal["components", "encoded"] = setting(
        "components", "What the segments are built on.", '"components" or "encoded"'
    )
    min_explained: float = setting(
        0.8,
        "The share of variance that the kept components explain at least.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
    )
    twins: float = setting(
        0.95,
        "Two columns that agree at least this much count as one in the distance.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
    )
    threads: int | None = setting(
        None,
        "Processors to use, by threads and by up to three processes beside them; left out, all. "
        "The result does not depend on it.",
        "a whole number from 1",
        example=2,
        ge=1,
    )
    engine: Literal["local", "dask"] = setting(
        "local",
        "What runs the passes over the rows: threads here, or the workers of a Dask cluster; see docs/cluster.md. "
        "The result does not depend on it.",
        '"local" or "dask"',
    )
    scheduler: Text | None = setting(
        None,
        "The Dask scheduler; left out, a cluster on this machine, with a worker process per thread.",
        "an address such as tcp://host:8786",
        example="tcp://host:8786",
    )
    blocks: _BlockPlace | None = setting(
        None,
        "Where coded rows lie while the Dask engine works; left out, in the output's private folder.",
        "a folder that every worker reaches: an absolute path, or an address for fsspec such as s3://bucket/folder",
        example="s3://bucket/folder",
    )


class Segments(Table):
    """Table ``[segments]``: what the reader knows better than the data."""

    names: Mapping[_Letter, _SegmentName] = setting(
        {},
        "Your own names of segments, by letter.",
        'letters A to Y with a name of up to 60 characters each: { A = "Young savers" }',
    )
