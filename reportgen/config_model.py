"""Every setting of a run: its type, default, limits and meaning."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo

_PLACES = "a file, a folder of parts, or a pattern such as part-*.csv; parts follow one another in natural order"
_DELIMITERS = {"tab": "\t", "\\t": "\t"}


def _setting(default: object, meaning: str, allowed: str, example: object = None, **limits: Any) -> Any:
    """Declare one key: its default, what it does, which values it takes, and a value where the default is none."""
    return Field(default, description=meaning, examples=[example], json_schema_extra={"allowed": allowed}, **limits)


def _delimiter(value: object) -> object:
    return _DELIMITERS.get(value, value) if isinstance(value, str) else value


def _encoding(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        "".encode(value)  # refuses codecs that are not for text, such as base64
        return codecs.lookup(value).name
    except LookupError:
        raise ValueError("unknown encoding") from None


def _date(value: object) -> object:
    """Accept a quoted ISO date as well as TOML's own."""
    if isinstance(value, str):
        return date.fromisoformat(value)
    return value


@dataclass(frozen=True)
class GateRule:
    """A condition that fails a run: ``measure`` above (``>``) or below (``<``) ``limit``."""

    measure: str
    sign: str
    limit: float

    def __str__(self) -> str:
        return f"{self.measure}{self.sign}{self.limit:g}"


GATE_MEASURES = ("drift", "unknown", "missing", "stability", "agreement", "k")
TRIGGERS = ("schema", "psi", "unknown", "agreement", "never")
_RULE = re.compile(r"\s*([a-z]+)\s*([<>])\s*([0-9]*\.?[0-9]+)\s*")


def parse_gates(text: str) -> tuple[GateRule, ...]:
    """Read rules such as ``drift>0.25, stability<0.6``.

    Raises
    ------
    ValueError
        If one of them is no rule.
    """
    rules = []
    for part in filter(str.strip, text.split(",")):
        found = _RULE.fullmatch(part)
        if found is None or found.group(1) not in GATE_MEASURES:
            raise ValueError(
                f"{part.strip()!r} is no rule; known are {', '.join(GATE_MEASURES)} with < or > and a number"
            )
        rules.append(GateRule(found.group(1), found.group(2), float(found.group(3))))
    return tuple(rules)


def _gates(text: str) -> str:
    return ", ".join(map(str, parse_gates(text)))


def _words_of(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _triggers(text: str) -> str:
    wrong = [word for word in _words_of(text) if word not in TRIGGERS]
    if wrong:
        raise ValueError(f"{wrong[0]!r} is none of {', '.join(TRIGGERS)}")
    return ", ".join(_words_of(text))


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n\t]+$")]
_BlockPlace = Annotated[
    str, StringConstraints(strip_whitespace=True, pattern=r"^(/|[A-Za-z]:[\\/]|[a-z][a-z0-9+.]*://)\S")
]
_SegmentName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
_Colour = Annotated[str, StringConstraints(to_lower=True, pattern=r"^#[0-9A-Fa-f]{6}$")]
_Letter = Annotated[str, StringConstraints(pattern=r"^[A-Y]$")]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class CustomerWhere(_Table):
    """The rows of the population that are customers: those whose ``column`` holds ``value``."""

    column: str
    value: str

    @model_validator(mode="before")
    @classmethod
    def _parse(cls, given: object) -> object:
        if not isinstance(given, str):
            return given
        column, _, value = given.partition("=")
        if not column.strip() or not value.strip():
            raise ValueError("column=value is needed")
        return {"column": column.strip(), "value": value.strip()}

    @model_serializer
    def __str__(self) -> str:
        return f"{self.column}={self.value}"


class Inputs(_Table):
    """Table ``[inputs]``: the files, and how they are written."""

    population: Path = _setting(
        ..., "The people to be segmented: CSV (also .gz), Parquet or .xlsx.", _PLACES, example="population.csv"
    )
    customers: Path | None = _setting(
        None, "The customers, in a file of their own with the same columns.", _PLACES, example="customers.csv"
    )
    customer_where: CustomerWhere | None = _setting(
        None,
        "Which rows of the population are customers, when one file holds both.",
        'a text such as "y=yes": column, equals sign, value',
        example="y=yes",
    )
    dictionary: Path = _setting(
        ...,
        "The feature dictionary: what each column is and which codes mean unknown.",
        "a file, a folder that holds features.csv, or the word azdias",
        example="dictionary",
    )
    id: _Text | None = _setting(
        None,
        "The column that names a row; left out, LNR or id where unique, else row numbers.",
        "a column name",
        example="id",
    )
    delimiter: Annotated[Literal[";", ",", "\t", "|"], BeforeValidator(_delimiter)] | None = _setting(
        None,
        "What stands between the cells of a CSV file; left out, it is detected.",
        '";", ",", "|" or "tab"',
        example=";",
    )
    decimal: Literal[".", ","] | None = _setting(
        None, "The decimal sign of numbers; left out, it is detected.", '"." or ","', example=","
    )
    encoding: Annotated[str, BeforeValidator(_encoding)] | None = _setting(
        None,
        "The character encoding; left out, UTF-8 and else Windows-1252.",
        "the name of an encoding, such as utf-8 or cp1252",
        example="cp1252",
    )
    sheet: _Text | None = _setting(
        None, "The sheet of an .xlsx file; left out, the first.", "the name of a sheet", example="Sheet1"
    )
    response: Path | None = _setting(
        None,
        "A past mailing to judge the ranking on: id, response (0 or 1), and optionally amount and control (0 or 1).",
        "a file",
        example="mailing.csv",
    )

    @model_validator(mode="after")
    def _one_customer_source(self) -> Self:
        if self.customers is None and self.customer_where is None:
            raise ValueError("nobody is marked as a customer")
        if self.customers is not None and self.customer_where is not None:
            raise ValueError("customers are marked twice")
        return self


class Output(_Table):
    """Table ``[output]``: where the report goes, and in which forms."""

    dir: Path = _setting(Path("output"), "The folder that holds all runs.", "a folder")
    pdf: bool = _setting(True, "Write the PDF briefing.", "true or false")
    single_file: bool = _setting(True, "Write report.html, the whole report in one file.", "true or false")
    cache: bool = _setting(
        True,
        "Keep coded rows and results that do not depend on the customers in private/cache, for the next build.",
        "true or false",
    )


class Report(_Table):
    """Table ``[report]``: what stands on the pages."""

    title: _Text | None = _setting(
        None,
        "The title; left out, a standard one.",
        "one line of up to 200 characters",
        example="Who are our customers?",
    )
    data_as_of: Annotated[date, BeforeValidator(_date)] | None = _setting(
        None,
        "The date the data describe; left out, SOURCE_DATE_EPOCH, else the date of the newest input.",
        "a date such as 2025-01-31",
        example=date(2025, 1, 31),
    )
    lang: Literal["en", "de"] = _setting("en", "The language of the report.", '"en" or "de"')
    organisation: _Text | None = _setting(
        None, "Whose report this is, for the title page.", "one line of up to 200 characters", example="Our company"
    )
    templates: Path | None = _setting(
        None,
        "Templates of your own that take the place of parts of the report's; see docs/templates.md.",
        "a folder",
        example="templates",
    )


class AnalysisSettings(_Table):
    """Table ``[analysis]``: the choices of the statistics."""

    k: int | None = _setting(
        None,
        "The number of segments; left out, the data choose.",
        "a whole number from 2 to 25",
        ge=2,
        le=25,
        example=8,
    )
    k_max: int = _setting(
        15, "The largest number of segments that is tried.", "a whole number from 3 to 25", ge=3, le=25
    )
    seed: int = _setting(
        1, "The start of every random draw.", "a whole number from 0 to 4294967295", ge=0, le=2**32 - 1
    )
    quick: bool = _setting(False, "Fewer repetitions: a first look, not for decisions.", "true or false")
    max_missing: float = _setting(
        0.30,
        "Columns with a larger share of missing values stay out of the distance.",
        "a number above 0 and below 1",
        gt=0,
        lt=1,
    )
    row_threshold: int | None = _setting(
        None,
        "Rows with more missing values than this are low-information records; left out, the data choose.",
        "a whole number from 0",
        ge=0,
        example=30,
    )
    cluster_on: Literal["components", "encoded"] = _setting(
        "components", "What the segments are built on.", '"components" or "encoded"'
    )
    min_explained: float = _setting(
        0.8,
        "The share of variance that the kept components explain at least.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
    )
    twins: float = _setting(
        0.95,
        "Two columns that agree at least this much count as one in the distance.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
    )
    threads: int | None = _setting(
        None,
        "Threads to use; left out, one per processor. The result does not depend on it.",
        "a whole number from 1",
        example=2,
        ge=1,
    )
    engine: Literal["local", "dask"] = _setting(
        "local",
        "What runs the passes over the rows: threads here, or the workers of a Dask cluster; see docs/cluster.md. "
        "The result does not depend on it.",
        '"local" or "dask"',
    )
    scheduler: _Text | None = _setting(
        None,
        "The Dask scheduler; left out, a cluster on this machine, with a worker process per thread.",
        "an address such as tcp://host:8786",
        example="tcp://host:8786",
    )
    blocks: _BlockPlace | None = _setting(
        None,
        "Where coded rows lie while the Dask engine works; left out, in the output's private folder.",
        "a folder that every worker reaches: an absolute path, or an address for fsspec such as s3://bucket/folder",
        example="s3://bucket/folder",
    )


class Segments(_Table):
    """Table ``[segments]``: what the reader knows better than the data."""

    names: Mapping[_Letter, _SegmentName] = _setting(
        {},
        "Your own names of segments, by letter.",
        'letters A to Y with a name of up to 60 characters each: { A = "Young savers" }',
    )


class Refresh(_Table):
    """Table ``[refresh]``: what happens to the segments when the data are new."""

    refit: bool = _setting(
        False, "Build the segments anew instead of keeping those of the issue before.", "true or false"
    )
    refit_on: Annotated[str, AfterValidator(_triggers)] = _setting(
        "schema",
        "What builds them anew by itself: schema (the files no longer fit), psi (a feature, on either side, or the "
        "sizes of segments drifted by 0.25 and more than chance), unknown (a feature has too many unknown codes), "
        "agreement (a trial refit agrees at less than 0.8).",
        'words of schema, psi, unknown, agreement, such as "schema, psi"; or "never"',
    )
    unknown: float = _setting(
        0.01, "The share of unknown codes that counts as too many.", "a number above 0 and below 1", gt=0, lt=1
    )

    @property
    def triggers(self) -> frozenset[str]:
        """The words of ``refit_on``."""
        return frozenset(_words_of(self.refit_on)) - {"never"}


class Gates(_Table):
    """Table ``[gates]``: conditions that a run has to meet to become the latest."""

    fail_on: Annotated[str, AfterValidator(_gates)] | None = _setting(
        None,
        "Rules that a run must not meet: drift (largest PSI beyond chance), unknown (largest share of unknown codes in "
        "a feature), missing (largest rise of a share of missing values), stability (lowest mean Jaccard similarity of "
        "a segment), agreement (of a trial refit), k (number of segments).",
        'rules of these words with < or >, such as "drift>0.25, unknown>0.01, stability<0.6"',
        example="drift>0.25, unknown>0.01, stability<0.6",
    )

    @property
    def rules(self) -> tuple[GateRule, ...]:
        """The rules of ``fail_on``."""
        return parse_gates(self.fail_on or "")


class Brand(_Table):
    """Table ``[brand]``: whose report this is, and how that looks."""

    name: _Text | None = _setting(
        None, "The name at the head of every page.", "one line of up to 200 characters", example="Our company"
    )
    logo: Path | None = _setting(
        None, "A logo for the head of every page.", "an SVG or PNG file of up to 200 kB", example="logo.svg"
    )
    colour: _Colour | None = _setting(
        None,
        "The accent: customers and signs on every page. It must be legible as text.",
        'a colour such as "#b34a1c"',
        example="#b34a1c",
    )
    second_colour: _Colour | None = _setting(
        None,
        "The colour of the population in every chart. It must differ from the accent for colour-blind readers too.",
        'a colour such as "#7c8fa1"',
        example="#7c8fa1",
    )
    font: Path | None = _setting(
        None,
        "The face of headings and text; tables and charts keep the bundled one, whose widths are known.",
        "a WOFF2, WOFF, TrueType or OpenType file of up to 1 MB",
        example="text.woff2",
    )
    font_strong: Path | None = _setting(
        None,
        "The strong weight of that face, for headings.",
        "a WOFF2, WOFF, TrueType or OpenType file of up to 1 MB",
        example="text-bold.woff2",
    )
    footer: _Text | None = _setting(
        None, "A line at the foot of every page.", "one line of up to 200 characters", example="Internal use only"
    )
    contact: _Text | None = _setting(
        None,
        "Whom to ask, at the foot of every page.",
        "one line of up to 200 characters",
        example="analytics@example.com",
    )


class Campaign(_Table):
    """Table ``[campaign]``: what a mailing costs and brings. Without it the report counts people and nothing else."""

    cost_per_piece: float | None = _setting(
        None,
        "Money per piece; left out, an assumption that the report marks.",
        "a number above 0",
        gt=0,
        example=0.85,
    )
    base_response: float | None = _setting(
        None,
        "Share of people who respond to an unselected mailing; left out, an assumption that the report marks.",
        "a number above 0 and below 1",
        gt=0,
        lt=1,
        example=0.008,
    )
    base_pieces: int | None = _setting(
        None,
        "The number of pieces that base_response was measured on, which gives it an interval.",
        "a whole number from 1",
        ge=1,
        example=20000,
    )
    base_index: float = _setting(
        100.0,
        "The mean index of the people that base_response was measured on; a selected list has more than 100.",
        "a number above 0",
        gt=0,
    )
    margin: float | None = _setting(
        None,
        "Money that a response brings before the cost of the mailing.",
        "a number above 0",
        gt=0,
        example=60.0,
    )
    order_value: float | None = _setting(
        None,
        "Mean amount of an order; with margin_share it gives the margin.",
        "a number above 0",
        gt=0,
        example=150.0,
    )
    margin_share: float | None = _setting(
        None,
        "The part of an order's amount that is margin.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
        example=0.4,
    )
    budget: float | None = _setting(None, "The most that pieces may cost.", "a number above 0", gt=0, example=50000.0)
    volume: int | None = _setting(None, "The most pieces.", "a whole number from 1", ge=1, example=60000)
    currency: _Text = _setting("EUR", "The currency, as a sign or code.", "a text")
    holdout: float = _setting(
        0.10,
        "The share of the chosen people who are left out for comparison.",
        "a number from 0 and below 1",
        ge=0,
        lt=1,
    )
    detect: float = _setting(0.20, "The smallest relative effect that a test should show.", "a number above 0", gt=0)
    power: float = _setting(0.80, "The probability of showing it.", "a number above 0 and below 1", gt=0, lt=1)
    significance: float = _setting(
        0.05, "The two-sided level of that test.", "a number above 0 and below 1", gt=0, lt=1
    )
    include_customers: bool = _setting(False, "Write to current customers as well.", "true or false")
    use_sensitive: bool = _setting(
        False,
        "Let the score use features that the dictionary calls special or proxy; the report names them.",
        "true or false",
    )

    @property
    def given(self) -> bool:
        """Whether anything about a campaign is set."""
        return self != Campaign()


class Config(_Table):
    """All settings of one run, checked.

    Attributes
    ----------
    inputs, output, report, analysis, segments, refresh, gates, brand, campaign
        One table each; relative paths have been resolved.
    """

    inputs: Inputs
    output: Output = Output()
    report: Report = Report()
    analysis: AnalysisSettings = AnalysisSettings()
    segments: Segments = Segments()
    refresh: Refresh = Refresh()
    gates: Gates = Gates()
    brand: Brand = Brand()
    campaign: Campaign = Campaign()

    def canonical(self) -> dict[str, Any]:
        """Return the settings that can change a report, ready for JSON, for the hash and the manifest.

        Paths are base names. The output folder, the cache, the number of threads and the engine are left out: the same
        report results from any of them.
        """
        without = {"output": {"dir", "cache"}, "analysis": {"threads", "engine", "scheduler", "blocks"}}
        content = self.model_dump(mode="json", exclude=without)
        for table, model in (("inputs", self.inputs), ("report", self.report), ("brand", self.brand)):
            for key, path in model:
                if isinstance(path, Path):
                    content[table][key] = path.name
        look = [path for _, path in (*self.brand, *self.report) if isinstance(path, Path)]
        if look:
            content["look_sha256"] = _sha256_of_all(look)
        if self.inputs.response is not None:
            content["response_sha256"] = _sha256_of_all([self.inputs.response])
        return content


def _sha256_of_all(paths: Iterable[Path]) -> str:
    """Hash the content of files and of all files in folders; one that is not there counts as empty."""
    found = hashlib.sha256()
    for path in paths:
        below = sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]
        for file in below:
            found.update(file.relative_to(path.parent).as_posix().encode() + b"\0")
            found.update(hashlib.sha256(file.read_bytes() if file.is_file() else b"").digest())
    return found.hexdigest()


def config_fields() -> Iterator[tuple[str, FieldInfo]]:
    """Yield every key as ``table.key`` with its declaration, in the order of the file."""
    for table, declared in Config.model_fields.items():
        model = declared.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        for name, info in model.model_fields.items():
            yield f"{table}.{name}", info


def allowed_values(info: FieldInfo) -> str:
    """Return in words which values a key takes."""
    extra = info.json_schema_extra
    return str(extra["allowed"]) if isinstance(extra, dict) else ""
