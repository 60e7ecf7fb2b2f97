"""The report's numbers as files: one CSV per table and one workbook with all of them.

CSV files are UTF-8 with a byte order mark, so that a spreadsheet reads the letters right, comma-separated with CRLF
line ends (RFC 4180). Text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, "CSV
Injection"); the workbook stores it as text instead.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from reportgen.analysis.result import Analysis, FeatureComparison, Interval, Segment

Value = str | int | float | bool | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SIGNIFICANT_DIGITS = 6
_SHEET_NAME = 31


@dataclass(frozen=True)
class DataTable:
    """One table of raw values: shares are fractions of one, a value that cannot be given is ``None``."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def data_tables(analysis: Analysis) -> tuple[DataTable, ...]:
    """Return every table of the analysis, the segments first."""
    return (
        _segments(analysis),
        _markers(analysis),
        _features(analysis),
        _levels(analysis),
        _segment_levels(analysis),
        _columns(analysis),
        _missing_rows(analysis),
        _decisions(analysis),
        _loadings(analysis),
        _eigenvalues(analysis),
        _scan(analysis),
        _sensitivity(analysis),
        _placebo(analysis),
    )


def to_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Write one table as CSV; floats are rounded to six significant digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([_csv_cell(name) for name in columns])
    writer.writerows([_csv_cell(value) for value in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def to_workbook(tables: Sequence[DataTable], *, title: str, created: datetime) -> bytes:
    """Write all tables into one workbook, a list of contents first.

    Parameters
    ----------
    tables
        One sheet each.
    title
        Title in the workbook's properties.
    created
        Creation date in the properties; with it the bytes do not depend on the clock.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": created.astimezone(UTC).replace(tzinfo=None)})
    head = book.add_format({"bold": True, "bottom": 1})
    names = _sheet_names(tables)
    contents = book.add_worksheet("contents")
    contents.set_column(0, 0, 26)
    contents.set_column(1, 1, 70)
    for column, text in enumerate(("sheet", "holds", "rows")):
        contents.write_string(0, column, text, head)
    for line, (table, name) in enumerate(zip(tables, names, strict=True), start=1):
        contents.write_url(line, 0, f"internal:'{name}'!A1", string=name)
        contents.write_string(line, 1, table.title)
        contents.write_number(line, 2, len(table.rows))
    for table, name in zip(tables, names, strict=True):
        _write_sheet(book.add_worksheet(name), table, head)
    book.close()
    return buffer.getvalue()


def _write_sheet(sheet: object, table: DataTable, head: object) -> None:
    write_text: Callable[..., int] = sheet.write_string  # type: ignore[attr-defined]
    write_number: Callable[..., int] = sheet.write_number  # type: ignore[attr-defined]
    sheet.freeze_panes(1, 0)  # type: ignore[attr-defined]
    for column, text in enumerate(table.columns):
        write_text(0, column, text, head)
        widest = max([len(text), *(len(str(_rounded(row[column]))) for row in table.rows[:200])])
        sheet.set_column(column, column, min(max(widest + 2, 8), 60))  # type: ignore[attr-defined]
    for line, row in enumerate(table.rows, start=1):
        for column, value in enumerate(row):
            if value is None:
                continue
            if isinstance(value, str):
                write_text(line, column, value[:32_767])
            elif isinstance(value, bool):
                write_text(line, column, _yes(value))
            else:
                write_number(line, column, _rounded(value))


def _sheet_names(tables: Sequence[DataTable]) -> list[str]:
    names: list[str] = []
    for table in tables:
        base = re.sub(r"[\[\]:*?/\\']", " ", table.id)[:_SHEET_NAME]
        name, turn = base, 2
        while name.lower() in {known.lower() for known in (*names, "contents", "history")}:
            name = f"{base[: _SHEET_NAME - 4]} {turn}"
            turn += 1
        names.append(name)
    return names


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return _yes(value) if isinstance(value, bool) else str(_rounded(value))


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _rounded(value: Value) -> Value:
    if isinstance(value, float):
        rounded = float(f"{value:.{SIGNIFICANT_DIGITS}g}")
        return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded
    return value


def _ends(interval: Interval | None) -> tuple[float | None, float | None]:
    return interval if interval is not None else (None, None)


def _segments(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "population", "population_share", "customers", "customer_share", "penetration", "index",
        "index_placed", "sampling_low", "sampling_high", "total_low", "total_high", "expected_customers", "jaccard",
        "jaccard_min", "jaccard_chance", "reproduced", "refits", "badge", "p_holm", "verdict", "share_imputed",
        "index_standardised", "bounds_low", "bounds_high", "driven_by",
    )  # fmt: skip

    def row(segment: Segment) -> tuple[Value, ...]:
        found = segment.reproduced
        return (
            segment.letter, segment.name, segment.population.count, segment.population.share, segment.customers.count,
            segment.customers.share, segment.penetration, segment.index, segment.index_placed,
            *_ends(segment.interval_sampling), *_ends(segment.interval_total), segment.expected_customers,
            segment.jaccard, segment.jaccard_min, segment.jaccard_chance, found.times if found else None,
            found.of if found else None, segment.badge, segment.p_holm, segment.verdict, segment.share_imputed,
            segment.index_standardised, *_ends(segment.index_bounds), " ".join(segment.driven_by),
        )  # fmt: skip

    return DataTable(
        "segments", "Segments: sizes, indices and how firmly they stand", columns, tuple(map(row, analysis.segments))
    )


def _markers(analysis: Analysis) -> DataTable:
    columns = (
        "segment", "name", "feature", "label", "level", "level_label", "phrase", "measure", "effect", "grade", "here",
        "everybody", "p_bh", "by_construction", "via", "basis",
    )  # fmt: skip
    rows = tuple(
        (
            segment.letter, segment.name, marker.feature, marker.label, marker.level, marker.level_label, marker.phrase,
            marker.measure, marker.effect, marker.grade, marker.here, marker.everybody, marker.p_bh,
            marker.by_construction, marker.via, marker.basis,
        )
        for segment in analysis.segments
        for marker in segment.markers
    )  # fmt: skip
    return DataTable("segment-facts", "What sets each segment apart from everybody", columns, rows)


def _features(analysis: Analysis) -> DataTable:
    columns = (
        "feature", "label", "type", "information_level", "family", "basis", "role", "sensitivity", "measure", "effect",
        "effect_placed", "population_mean", "customer_mean", "population_known", "customer_known", "sentence",
    )  # fmt: skip

    def row(feature: FeatureComparison) -> tuple[Value, ...]:
        return (
            feature.name, feature.label, feature.type, feature.information_level, feature.family, feature.basis,
            feature.role, feature.sensitivity, feature.measure, feature.effect, feature.effect_placed,
            feature.population_mean, feature.customer_mean, feature.population_known, feature.customer_known,
            feature.sentence,
        )  # fmt: skip

    return DataTable(
        "features", "Customers against the population, by feature", columns, tuple(map(row, analysis.features))
    )


def _levels(analysis: Analysis) -> DataTable:
    columns = (
        "feature", "feature_label", "code", "level", "population", "population_share", "customers", "customer_share",
        "index", "index_low", "index_high", "p_bh",
    )  # fmt: skip
    rows = tuple(
        (
            feature.name, feature.label, level.code, level.label, level.population_count, level.population_share,
            level.customer_count, level.customer_share, level.index, *_ends(level.interval), level.p_bh,
        )
        for feature in analysis.features
        for level in feature.levels
    )  # fmt: skip
    return DataTable("levels", "Customers against the population, by level of each feature", columns, rows)


def _segment_levels(analysis: Analysis) -> DataTable:
    letters = tuple(f"segment_{segment.letter}" for segment in analysis.segments)
    rows = tuple(
        (feature.name, feature.label, level.code, level.label, level.population_share, *level.segment_shares)
        for feature in analysis.features
        for level in feature.levels
    )
    return DataTable(
        "segment-levels",
        "Share of each level within each segment, population",
        ("feature", "feature_label", "code", "level", "everybody", *letters),
        rows,
    )


def _columns(analysis: Analysis) -> DataTable:
    columns = (
        "column", "label", "type", "information_level", "role", "sensitivity", "missing_blank", "missing_coded",
        "missing_share", "customers_missing_share", "levels", "unknown_codes", "use", "reason", "inertia_kept",
    )  # fmt: skip
    rows = tuple(
        (
            column.name, column.label, column.type, column.information_level, column.role, column.sensitivity,
            column.missing_blank, column.missing_coded, column.missing_share, column.customers_missing_share,
            column.levels, column.unknown_codes, column.use, column.reason, column.inertia_kept,
        )
        for column in analysis.quality.columns
    )  # fmt: skip
    return DataTable("columns", "Columns: what is missing and what each is used for", columns, rows)


def _missing_rows(analysis: Analysis) -> DataTable:
    rows = tuple((step.missing, step.population, step.customers) for step in analysis.quality.rows.histogram)
    return DataTable(
        "missing-per-row", "Rows by number of missing columns", ("missing_columns", "population", "customers"), rows
    )


def _decisions(analysis: Analysis) -> DataTable:
    rows = tuple((step.subject, step.decision, step.reason) for step in analysis.quality.decisions)
    return DataTable("decisions", "Decision log", ("subject", "decision", "reason"), rows)


def _loadings(analysis: Analysis) -> DataTable:
    rows = tuple(
        (reading.component, reading.explained, item.feature, item.label, item.phrase, item.correlation)
        for reading in analysis.components.readings
        for item in reading.loadings
    )
    return DataTable(
        "loadings",
        "Components: the twelve largest correlations of each",
        ("component", "explained", "feature", "label", "phrase", "correlation"),
        rows,
    )


def _eigenvalues(analysis: Analysis) -> DataTable:
    components = analysis.components
    rows = tuple(
        (number, value, line, number <= components.kept)
        for number, (value, line) in enumerate(zip(components.eigenvalues, components.parallel, strict=True), start=1)
    )
    return DataTable(
        "eigenvalues", "Components: eigenvalues and the parallel line", ("component", "eigenvalue", "parallel", "kept"),
        rows,
    )  # fmt: skip


def _scan(analysis: Analysis) -> DataTable:
    columns = (
        "k", "inertia", "inertia_null", "silhouette", "agreement", "agreement_low", "smallest_jaccard", "pairs",
        "chosen",
    )  # fmt: skip
    rows = tuple(
        (
            row.k, row.inertia, row.inertia_null, row.silhouette, row.ari, row.ari_low, row.jaccard, row.pairs,
            row.k == analysis.choice.k,
        )
        for row in analysis.choice.scan
    )  # fmt: skip
    return DataTable("number-of-segments", "Every number of segments that was tried", columns, rows)


def _sensitivity(analysis: Analysis) -> DataTable:
    letters = [segment.letter for segment in analysis.placed]
    columns = ("variant", "in_words", "agreement", "people", "note", "changed", *(f"index_{x}" for x in letters))
    rows = tuple(
        (
            variant.name, variant.label, variant.ari, variant.rows, variant.note,
            " ".join(analysis.by_id[segment].letter for segment in variant.changed), *variant.indices,
        )
        for variant in analysis.robustness.variants
    )  # fmt: skip
    return DataTable("sensitivity", "The published segments beside other ways to analyse", columns, rows)


def _placebo(analysis: Analysis) -> DataTable:
    columns = ("data", "silhouette", "silhouette_limit", "agreement", "inertia", "draws")
    rows = tuple(
        (model.name, model.silhouette, model.silhouette_limit, model.ari, model.inertia, model.draws)
        for model in analysis.placebo.models
    )
    return DataTable("placebo", "k-means on data without groups", columns, rows)


def by_id(tables: Iterable[DataTable]) -> Mapping[str, DataTable]:
    """Return tables by id.

    Raises
    ------
    ValueError
        If two have the same id (a programming error: one file would overwrite the other).
    """
    found: dict[str, DataTable] = {}
    for table in tables:
        if table.id in found:
            raise ValueError(f"two tables are called {table.id}")
        found[table.id] = table
    return found
