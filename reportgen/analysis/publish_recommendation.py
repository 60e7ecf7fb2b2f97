"""The published form of the advice whom to write to."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.comparison import GroupCounts, sampling_interval
from reportgen.analysis.findings import Findings, group_counts
from reportgen.analysis.publish_segments import FIRM, LEADING_INDEX, not_reproduced
from reportgen.analysis.result_segments import Recommendation, Segment
from reportgen.analysis.verdicts import total_error
from reportgen.formatting import Formatter
from reportgen.language import say, say_n


def publish_recommendation(findings: Findings, segments: Sequence[Segment], fmt: Formatter) -> Recommendation:
    """Say whom to write to: segments judged over that stand firmly, taken as one; else which ones lead."""
    by_index = sorted((s for s in segments if s.id), key=lambda s: -(s.index_placed or 0.0))
    write_to = [s for s in by_index if s.verdict == "over" and s.badge in FIRM]
    leading = [s for s in by_index if s.interval_sampling and s.interval_sampling[0] > LEADING_INDEX]
    ids = findings.numbers([segment.id for segment in write_to or leading])
    group, every = group_counts(findings, ids), group_counts(findings, ids, placed=False)
    error = total_error(group, findings.spread.log_sd(ids)) if ids else None
    none = say("no segment leads")
    reasons = {} if ids else {"index": none, "interval_sampling": none}
    if error is None:
        reasons["interval_total"] = not_reproduced() if ids else none
    return Recommendation(
        write_to=tuple(segment.id for segment in write_to),
        leading=tuple(segment.id for segment in leading),
        index=group.index if ids else None,
        interval_sampling=sampling_interval(group) if ids else None,
        interval_total=error.interval if error else None,
        population_share=every.n / every.N,
        customer_share=every.c / every.C,
        sentence=_sentence(write_to, leading, every, fmt),
        support=(),
        reasons=reasons,
    )


def _sentence(write_to: Sequence[Segment], leading: Sequence[Segment], group: GroupCounts, fmt: Formatter) -> str:
    chosen = write_to or leading
    if not chosen:
        return say("No segment holds clearly more customers than its share of the population.")
    given = {
        "letters": fmt.words([segment.letter for segment in chosen]),
        "customers": fmt.share(group.c / group.C),
        "population": fmt.share(group.n / group.N),
    }
    if write_to:
        return say_n(
            len(chosen),
            "Write to segment {letters}: it holds {customers} of customers and {population} of the population.",
            "Write to segments {letters}: together they hold {customers} of customers and {population} of the "
            "population.",
            **given,
        )
    return say_n(
        len(chosen),
        "No segment is both firm and clearly over-represented; in the lead: segment {letters}: it holds {customers} of "
        "customers and {population} of the population.",
        "No segment is both firm and clearly over-represented; in the lead: segments {letters}: together they hold "
        "{customers} of customers and {population} of the population.",
        **given,
    )
