"""What each figure means: formula, an example with numbers of this report, its source; settings and privacy."""

from __future__ import annotations

import math
from collections.abc import Sequence

from reportgen.analysis.result import Segment
from reportgen.report.desk import Desk
from reportgen.report.views import Cell, Column, Explained, ExplainedSection, Page, Row, Section, Table
from reportgen.report.wording import is_judged

Z = 1.96
_SAME = ("The same files, settings and versions give the same report, byte for byte.",)
_SETTING_COLUMNS = (Column("Setting", "text", 40), Column("Value", "code", 60))
_VERSION_COLUMNS = (Column("Package", "text", 40), Column("Version", "code", 60))


def method_page(desk: Desk) -> Page:
    """Return the chapter on method, glossary and settings."""
    return Page(
        id="method",
        file="method.html",
        kicker="Method",
        question="What does this number mean?",
        heading="What each figure means, and how it is made.",
        lead=(
            "Everything in this report is an aggregate. Each figure stands here with its formula, an example that "
            "can be "
            "checked by hand, and the source of the method.",
        ),
        sections=(_steps(desk), _figures(desk), _settings(desk), _privacy(desk)),
        href=desk.page("method"),
    )


def _steps(desk: Desk) -> Section:
    fmt, analysis = desk.fmt, desk.analysis
    bullets = (
        "Every column is read as codes; codes that the dictionary calls unknown count as missing. Everything is "
        "fitted on "
        "the population and only applied to the customers.",
        "Columns over the missing limit, twins and sensitive features leave the distance; they still describe.",
        f"The others become {fmt.quantity(analysis.components.encoded_columns, 'number', 'numbers')} per person "
        "(ordered "
        "features standardised, unordered ones as indicators of equal weight) and "
        f"{fmt.quantity(analysis.components.kept, 'component', 'components')}.",
        f"k-means forms {fmt.quantity(analysis.choice.k, 'segment', 'segments')} on these; the number is judged by "
        "whether "
        "it comes back on other samples.",
        "Both files are placed in the segments and counted; the report is made from those counts alone.",
    )
    return Section(id="method-steps", title="How the report is made", bullets=bullets)


def _figures(desk: Desk) -> ExplainedSection:
    entries = (
        *_index_entries(desk),
        *_verdict_entries(desk),
        *_stability_entries(desk),
        *_description_entries(desk),
        *_data_entries(desk),
    )
    return ExplainedSection(id="method-figures", title="Figures and words", template="explained", entries=entries)


def _example_segment(desk: Desk) -> Segment | None:
    """Return the largest placed segment with an interval: small numbers affect its example least."""
    usable = [s for s in desk.analysis.placed if s.interval_sampling is not None and s.index_placed is not None]
    return max(usable, key=lambda s: (s.customers.count, -s.id), default=None)


def _entry(slug: str, term: str, meaning: str, *, formula: str = "", example: str = "", source: str = "") -> Explained:
    return Explained(f"term-{slug}", term, meaning, formula, example, source)


def _index_entries(desk: Desk) -> list[Explained]:
    fmt, analysis, segment = desk.fmt, desk.analysis, _example_segment(desk)
    placed = _placed_totals(desk)
    example = interval_example = penetration = ""
    if segment is not None and segment.index_placed is not None:
        c, n = segment.customers.count, segment.population.count
        of_customers, of_population = (fmt.count(total) for total in placed)
        example = (
            f"Segment {segment.letter}: 100 × ({fmt.count(c)} ÷ {of_customers}) ÷ ({fmt.count(n)} ÷ {of_population}) = "
            f"{fmt.index(segment.index_placed)}."
        )
        interval_example = _interval_example(desk, segment, *placed)
        penetration = (
            f"Segment {segment.letter}: {fmt.count(c)} ÷ {fmt.count(n)} = {fmt.decimal(100 * segment.penetration, 1)} "
            "customers per 100 people."
        )
    nested = analysis.provenance.standard_error == "nested"
    return [
        _entry(
            "index", "Index",
            "How often a group occurs among customers compared with the population: 100 is as often, 250 two and a "
            "half "
            "times as often, 50 half as often. Segments are compared among people with enough data, so that a "
            "different "
            "share of low-information records on the two sides does not shift them all.",
            formula="100 × (customers in the group ÷ all customers) ÷ (people in the group ÷ all people)",
            example=example,
            source="Also called representation index; the same as a relative frequency or lift × 100.",
        ),
        _entry(
            "interval", "95\u00a0% interval (chance)",
            "Where the index would lie in 95 of 100 repetitions with other people drawn in the same way and the "
            "segments "
            "held fixed. It does not count that another clustering would draw other borders.",
            formula="index × exp(± 1.96 × s), with s² = "
            + ("1/c − 1/C − 1/n + 2c/(C n) − 1/N (customers are part of the population)" if nested
               else "1/c − 1/C + 1/n − 1/N (separate files)")
            + "; c, n: customers and people in the group, C, N: all of them",
            example=interval_example,
            source="Katz and others, Biometrics 34 (1978), for the ratio of two shares; score intervals below 30 "
            "expected customers.",
        ),
        _entry(
            "penetration", "Customers per 100 people",
            "Customers in the group for every 100 people of the population in it.",
            formula="100 × customers in the group ÷ people in the group", example=penetration,
        ),
    ]  # fmt: skip


def _verdict_entries(desk: Desk) -> list[Explained]:
    """Return what a verdict is and rests on; nothing as long as none is given."""
    if not is_judged(desk.analysis):
        return []
    segment = next((s for s in desk.analysis.placed if s.interval_total is not None and s.verdict is not None), None)
    example = verdict_example = ""
    if segment is not None:
        example = (
            f"Segment {segment.letter}: {desk.fmt.interval(segment.interval_sampling)} for chance alone, "
            f"{desk.fmt.interval(segment.interval_total)} with repeated clusterings."
        )
        verdict_example = f"Segment {segment.letter}: {segment.verdict}."
    return [
        _entry(
            "total",
            "95\u00a0% interval (chance and clustering)",
            "The same, counting also that another clustering of the same people would draw other borders: the "
            "analysis is "
            "repeated on other samples, and the spread of the index over the repetitions is added.",
            formula="index × exp(± 1.96 × square root of (s² + r²)), r: standard deviation of the log index over "
            "repetitions",
            example=example,
        ),
        _entry(
            "verdict",
            "Verdict",
            "Over (under): an index of at least 110 (at most 90) that is clear of 100 when chance, repeated "
            "clustering and "
            "the number of segments compared are counted. At par: the whole interval lies between 90 and 110. "
            "Inconclusive: "
            "anything else, or fewer than 100 expected customers, or a segment that does not come back.",
            example=verdict_example,
            source="Probabilities are corrected for the number of segments after Holm, Scandinavian Journal of "
            "Statistics 6 (1979).",
        ),
    ]


def _placed_totals(desk: Desk) -> tuple[int, int]:
    placed = desk.analysis.placed
    return sum(s.customers.count for s in placed), sum(s.population.count for s in placed)


def _interval_example(desk: Desk, segment: Segment, customers: int, population: int) -> str:
    """Return the interval worked out, where the printed formula is the one that was used."""
    fmt = desk.fmt
    c, n = segment.customers.count, segment.population.count
    if segment.index_placed is None or segment.interval_sampling is None or min(c, n) < 30:
        return ""
    nested = desk.analysis.provenance.standard_error == "nested"
    variance = 1 / c - 1 / customers + (2 * c / (customers * n) - 1 / n if nested else 1 / n) - 1 / population
    error = math.sqrt(max(variance, 0.0))
    low, high = (segment.index_placed * math.exp(sign * Z * error) for sign in (-1, 1))
    if fmt.interval((low, high)) != fmt.interval(segment.interval_sampling):
        return ""
    return (
        f"Segment {segment.letter}: s = {fmt.decimal(error, 4)}; {fmt.index(segment.index_placed)} × "
        f"exp(± 1.96 × {fmt.decimal(error, 4)}) gives {fmt.interval((low, high))}."
    )


def _stability_entries(desk: Desk) -> list[Explained]:
    fmt, analysis = desk.fmt, desk.analysis
    firmest = max(
        (s for s in analysis.placed if s.jaccard is not None), key=lambda s: (s.jaccard or 0.0, -s.id), default=None
    )
    example = ""
    if firmest is not None and firmest.reproduced is not None:
        example = (
            f"Segment {firmest.letter}: {fmt.coefficient(firmest.jaccard)}, found again in "
            f"{fmt.count(firmest.reproduced.times)} of {fmt.quantity(firmest.reproduced.of, 'refit', 'refits')}: "
            f"{firmest.badge}."
        )
    chosen = next((row for row in analysis.choice.scan if row.k == analysis.choice.k), None)
    agreement = (
        ""
        if chosen is None
        else f"{fmt.quantity(chosen.k, 'segment', 'segments')}: {fmt.coefficient(chosen.ari)} over "
        f"{fmt.quantity(chosen.pairs, 'pair', 'pairs')} of samples."
    )
    silhouette = "" if chosen is None else f"{fmt.coefficient(chosen.silhouette)} here."
    return [
        _entry(
            "badge", "Badge: how firmly a segment stands",
            "The analysis is repeated on bootstrap samples, and each segment is matched with its counterpart. Highly "
            "stable: "
            "an overlap of 0.85 or more; stable: 0.75; pattern only: 0.6, the pattern comes back but not its "
            "borders; do not "
            "trust: less.",
            formula="Jaccard similarity: people in both ÷ people in either, averaged over repetitions",
            example=example, source="Hennig, Computational Statistics & Data Analysis 52 (2007).",
        ),
        _entry(
            "agreement", "Agreement of refits",
            "How alike two clusterings of the same people are: 1 is the same, 0 is what chance gives.",
            formula="adjusted Rand index: (pairs treated alike − expected) ÷ (largest possible − expected)",
            example=agreement, source="Hubert and Arabie, Journal of Classification 2 (1985).",
        ),
        _entry(
            "silhouette", "Silhouette",
            "How much nearer a person is to the own segment’s centre than to the next: near 1 is well apart, near 0 "
            "is on the "
            "border.",
            formula="(distance to the next centre − distance to the own) ÷ distance to the next, averaged",
            example=silhouette,
            source="Rousseeuw, Journal of Computational and Applied Mathematics 20 (1987), simplified.",
        ),
        _entry(
            "inertia", "Inertia",
            "What is left of the differences between people inside the segments: the lower, the tighter. It always "
            "falls with "
            "more segments, so it does not choose their number.",
            formula="squared distances to the own centre ÷ squared distances to the centre of everybody",
        ),
    ]  # fmt: skip


def _description_entries(desk: Desk) -> list[Explained]:
    fmt = desk.fmt
    share = next(((s, m) for s in desk.analysis.placed for m in s.markers if m.measure == "h" and 0 < m.here < 1), None)
    mean = next(
        (
            (s, m)
            for s in desk.analysis.placed
            for m in s.markers
            if m.measure == "d" and (m.here > m.everybody) == (m.effect > 0)
        ),
        None,
    )
    h_example = d_example = ""
    if share is not None:
        segment, marker = share
        h_example = (
            f"Segment {segment.letter}, {marker.label}: {marker.level_label or marker.level or marker.phrase}: "
            f"{fmt.share_in_table(marker.here)} against {fmt.share_in_table(marker.everybody)} gives "
            f"{fmt.signed(marker.effect)}."
        )
    if mean is not None:
        segment, marker = mean
        d_example = (
            f"Segment {segment.letter}, {marker.label}: mean {fmt.decimal(marker.here, 2)} against "
            f"{fmt.decimal(marker.everybody, 2)} gives {fmt.signed(marker.effect)}."
        )
    reading = next(iter(desk.analysis.components.readings), None)
    carried = "" if reading is None else f"Component 1 carries {fmt.share_in_table(reading.explained)} of the variance."
    return [
        _entry(
            "effect", "Effect",
            "How large a difference between two shares is, on a scale that treats rare and common facts alike. 0.2 is "
            "somewhat, 0.5 clearly; below 0.2 a fact is not mentioned.",
            formula="Cohen’s h = 2 arcsin(square root of the one share) − 2 arcsin(square root of the other)",
            example=h_example,
            source="Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 6.",
        ),
        _entry(
            "difference", "Standardised difference",
            "The same for ordered features: by how many standard deviations two means differ, positive towards more "
            "of what "
            "the label names.",
            formula="(mean here − mean of everybody) ÷ standard deviation of everybody; turned round where low codes "
            "mean more", example=d_example,
            source="Cohen (1988), chapter 2.",
        ),
        _entry(
            "construction", "By construction",
            "A feature that took part in forming the segments, or closely follows one that did (“via”), differs "
            "between them "
            "by construction. Only the others are evidence.",
        ),
        _entry(
            "component", "Component, share carried",
            "A scale that bundles features that go together. The share says how much of all differences between "
            "people it "
            "carries.",
            formula="eigenvalue ÷ sum of eigenvalues", example=carried,
            source="Principal components; unordered features in the metric of Pagès, Revue de Statistique "
            "Appliquée 52 (2004).",
        ),
        _entry(
            "parallel", "Chance line of components",
            "How large a component gets by chance alone, when every feature is shuffled on its own.",
            formula="95th percentile of the eigenvalues of shuffled data", source="Horn, Psychometrika 30 (1965).",
        ),
        _entry(
            "chance", "Correction for many comparisons",
            "Among many comparisons some differ by chance. Facts are kept when the expected share of false ones "
            "among them is "
            "at most 5\u00a0%.",
            source="Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995).",
        ),
    ]  # fmt: skip


def _data_entries(desk: Desk) -> list[Explained]:
    fmt, quality = desk.fmt, desk.analysis.quality
    missing = next((column for column in quality.columns if column.missing_blank and column.missing_coded), None)
    missing_example = (
        ""
        if missing is None
        else f"{missing.label}: {fmt.count(missing.missing_blank)} blank and {fmt.count(missing.missing_coded)} coded "
        f"give {fmt.share_in_table(missing.missing_share)}."
    )
    rows = quality.rows
    low_example = (
        "Nobody is set apart in this report."
        if rows.threshold is None
        else f"{fmt.count(rows.threshold)} or more of {fmt.count(rows.columns)} columns missing: "
        f"{fmt.count(rows.low_information)} people."
    )
    return [
        _entry(
            "missing", "Missing",
            "A blank cell, or a code that the dictionary lists as unknown.",
            formula="(blank + coded) ÷ rows", example=missing_example,
        ),
        _entry(
            "imputed", "Answers filled in",
            "Gaps in the columns that build segments are filled with the average, which pulls towards the middle. "
            "The share of "
            "filled cells says how much of a segment rests on that.",
            formula="missing cells ÷ all cells of the segment in columns that build segments",
        ),
        _entry(
            "low", "Low-information records",
            "People of whom so much is missing that they cannot be placed. They are segment 0: counted, indexed and "
            "shown "
            "apart.",
            example=low_example,
        ),
        _entry(
            "expected", "Expected customers",
            "How many customers a segment would hold if it were average. Under 100 no verdict is possible.",
            formula="all customers × share of the population",
        ),
    ]  # fmt: skip


def _settings(desk: Desk) -> Section:
    provenance = desk.analysis.provenance
    facts = [
        ("Run", provenance.run), ("Data as of", desk.fmt.day(provenance.data_as_of)), ("Seed", str(provenance.seed)),
        ("Id column", provenance.id_column or "row numbers"), ("Dictionary", provenance.dictionary or "none"),
        ("Quick run", "yes" if provenance.quick else "no"), *sorted(provenance.settings.items()),
    ]  # fmt: skip
    versions = sorted(provenance.versions.items())
    if desk.is_print:
        facts = [(name, value) for name, value in facts[:6] if value]
        listed = desk.fmt.words([f"{name} {version}" for name, version in versions])
        text = (*_SAME, f"Versions: {listed}. Every setting is in manifest.json.")
        table = Table("table-settings", "This run", _SETTING_COLUMNS, _pairs(facts))
        return Section(id="method-settings", title="Settings and versions", text=text, tables=(table,))
    return Section(
        id="method-settings",
        title="Settings and versions",
        text=_SAME,
        tables=(
            Table("table-settings", "Settings of this run", _SETTING_COLUMNS, _pairs(facts), tone="plain"),
            Table("table-versions", "Versions", _VERSION_COLUMNS, _pairs(versions), tone="plain"),
        ),
    )


def _pairs(items: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row((Cell(name), Cell(value or "not set"))) for name, value in items)


def _privacy(desk: Desk) -> Section:
    touchy = [column.label for column in desk.analysis.quality.columns if column.sensitivity != "ordinary"]
    bullets = [
        "The report holds counts of groups; no row of the data, no id and no example person is in it.",
        "Columns that the dictionary does not name are listed with their number of distinct values, never with a "
        "value.",
        "Which person is in which segment stands in a private folder beside the report. That file is personal data "
        "and is "
        "never published.",
    ]
    if touchy:
        bullets.append(f"Sensitive features stay out of distance and names: {desk.fmt.words(touchy)}.")
    return Section(id="method-privacy", title="Privacy", bullets=tuple(bullets))
