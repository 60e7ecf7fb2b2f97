"""The tables of the chapters on data, components, the number of segments and robustness."""

from __future__ import annotations

from reportgen.analysis.result import Analysis
from reportgen.analysis.suppression import value_or_mark
from reportgen.language import say
from reportgen.report.tables import DataTable


def chapter_tables(analysis: Analysis) -> tuple[DataTable, ...]:
    """Return the tables of these chapters in reading order."""
    return (
        _sources(analysis),
        _columns(analysis),
        _missing_rows(analysis),
        *((_twins(analysis),) if analysis.quality.twins else ()),
        *((_undeclared(analysis),) if analysis.quality.undeclared else ()),
        _decisions(analysis),
        _loadings(analysis),
        _eigenvalues(analysis),
        _scan(analysis),
        _sensitivity(analysis),
        _placebo(analysis),
        _settings(analysis),
        *((_suppression(analysis),) if analysis.suppression else ()),
    )


def _sources(analysis: Analysis) -> DataTable:
    rows = tuple(
        (file.side, file.name, file.rows, file.size, file.sha256, file.encoding, file.delimiter)
        for file in analysis.provenance.sources
    )
    columns = ("side", "file", "rows", "bytes", "sha256", "encoding", "delimiter")
    return DataTable("sources", say("The files that were read"), columns, rows)


def _columns(analysis: Analysis) -> DataTable:
    columns = (
        "column", "label", "type", "information_level", "role", "sensitivity", "missing_blank", "missing_coded",
        "missing_share", "customers_missing_share", "levels", "unknown_codes", "use", "reason", "inertia_kept",
    )  # fmt: skip
    rows = tuple(
        (
            column.name, column.label, column.type, column.information_level, column.role, column.sensitivity,
            *(value_or_mark(column, name) for name in (
                "missing_blank", "missing_coded", "missing_share", "customers_missing_share", "levels", "unknown_codes",
            )), column.use, column.reason, column.inertia_kept,
        )
        for column in analysis.quality.columns
    )  # fmt: skip
    return DataTable("columns", say("Columns: what is missing and what each is used for"), columns, rows)


def _missing_rows(analysis: Analysis) -> DataTable:
    rows = tuple((step.missing, step.upto, step.population, step.customers) for step in analysis.quality.rows.histogram)
    return DataTable(
        "missing-per-row",
        say("Rows by number of missing columns"),
        ("missing_columns", "up_to", "population", "customers"),
        rows,
    )


def _twins(analysis: Analysis) -> DataTable:
    rows = tuple((twin.first, twin.second, twin.measure, twin.value, twin.left_out) for twin in analysis.quality.twins)
    columns = ("column", "twin", "measure", "value", "left_out")
    return DataTable("twins", say("Columns that tell nearly the same"), columns, rows)


def _undeclared(analysis: Analysis) -> DataTable:
    columns = ("column", "side", "type", "missing_share", "distinct", "at_least")
    rows = tuple(
        (
            column.name, column.side, column.type, value_or_mark(column, "missing_share"), column.distinct,
            column.at_least,
        )
        for column in analysis.quality.undeclared
    )  # fmt: skip
    return DataTable("undeclared", say("Columns that the dictionary does not name; they were not used"), columns, rows)


def _settings(analysis: Analysis) -> DataTable:
    made = analysis.provenance
    rows = (
        ("run", made.run), ("data_as_of", made.data_as_of), ("seed", str(made.seed)), ("id_column", made.id_column),
        ("dictionary", made.dictionary), ("quick", str(made.quick).lower()),
        *(("setting", f"{name} = {value}") for name, value in sorted(made.settings.items())),
        *(("version", f"{name} {version}") for name, version in sorted(made.versions.items())),
    )  # fmt: skip
    return DataTable("settings", say("Settings of this run"), ("what", "value"), rows)


def _decisions(analysis: Analysis) -> DataTable:
    rows = tuple((step.subject, step.decision, step.reason) for step in analysis.quality.decisions)
    return DataTable("decisions", say("Decision log"), ("subject", "decision", "reason"), rows)


def _suppression(analysis: Analysis) -> DataTable:
    columns = ("table", "what", "treatment", "primary_cells", "complementary_cells", "why")
    rows = tuple(
        (line.table, line.what, line.treatment, line.primary, line.complementary, line.why)
        for line in analysis.suppression
    )
    return DataTable("suppression", say("Small counts: what was pooled, rounded, merged or withheld"), columns, rows)


def _loadings(analysis: Analysis) -> DataTable:
    rows = tuple(
        (reading.component, reading.explained, item.feature, item.label, item.phrase, item.correlation)
        for reading in analysis.components.readings
        for item in reading.loadings
    )
    return DataTable(
        "loadings",
        say("Components: the twelve largest correlations of each"),
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
        "eigenvalues",
        say("Components: eigenvalues and the parallel line"),
        ("component", "eigenvalue", "parallel", "kept"),
        rows,
    )


def _scan(analysis: Analysis) -> DataTable:
    columns = (
        "k", "inertia", "inertia_null", "silhouette", "silhouette_null", "agreement", "agreement_low",
        "smallest_jaccard", "pairs", "larger_sample", "larger_sample_pairs", "larger_sample_agreement",
        "larger_sample_smallest_jaccard", "chosen",
    )  # fmt: skip
    rows = tuple(
        (
            row.k, row.inertia, row.inertia_null, row.silhouette, row.silhouette_null, row.ari, row.ari_low,
            row.jaccard, row.pairs, row.confirmed_rows, row.confirmed_pairs, row.confirmed_ari, row.confirmed_jaccard,
            row.k == analysis.choice.selected,
        )
        for row in analysis.choice.scan
    )  # fmt: skip
    return DataTable("number-of-segments", say("Every number of segments that was tried"), columns, rows)


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
    return DataTable("sensitivity", say("The published segments beside other ways to analyse"), columns, rows)


def _placebo(analysis: Analysis) -> DataTable:
    columns = ("data", "silhouette", "silhouette_limit", "agreement", "inertia", "draws")
    rows = tuple(
        (model.name, model.silhouette, model.silhouette_limit, model.ari, model.inertia, model.draws)
        for model in analysis.placebo.models
    )
    return DataTable("placebo", say("k-means on data without groups"), columns, rows)
