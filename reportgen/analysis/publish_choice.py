"""The published form of the number of segments: the scan, the choice and its reason in words."""

from __future__ import annotations

from collections.abc import Sequence

from reportgen.analysis.choice import KChoice
from reportgen.analysis.refits import ARI_LIMIT, JACCARD_LIMIT, Agreement
from reportgen.analysis.result_choice import Choice, KRow
from reportgen.analysis.scan import KResult
from reportgen.analysis.suppression import LEAST
from reportgen.formatting import Formatter
from reportgen.language import say, say_n


def publish_choice(choice: KChoice, sample_rows: int, fmt: Formatter) -> Choice:
    """Give every number that was tried, the chosen one and why."""
    some = any(result.confirmation is not None for result in choice.results)
    without = say("not on the short list")
    if choice.kept:
        without = say("the segments are those of the issue before")
    elif not some:
        without = say("the population has hardly more rows than the sample")
    return Choice(
        k=choice.k,
        reason=choice_reason(choice, fmt),
        given=choice.given,
        stable=choice.stable,
        runner_up=choice.runner_up,
        passed_over=choice.passed_over,
        merged_from=choice.merged_from,
        sample_rows=sample_rows,
        scan=tuple(_row(result, without) for result in choice.results),
        reasons=({} if choice.runner_up is not None else {"runner_up": say("no other number comes near")})
        | ({} if choice.merged_from is not None else {"merged_from": say("no segment was too small")}),
    )


def _row(result: KResult, without: str) -> KRow:
    found = result.confirmation
    confirmed = ("confirmed_rows", "confirmed_pairs", "confirmed_ari", "confirmed_jaccard")
    return KRow(
        k=result.k,
        inertia=result.inertia,
        inertia_null=result.inertia_null,
        silhouette=result.silhouette,
        silhouette_null=result.silhouette_null,
        ari=result.mean_ari,
        ari_low=min(result.agreement.ari),
        ari_null=result.ari_null,
        jaccard=result.lowest_jaccard,
        pairs=len(result.agreement.ari),
        confirmed_rows=found.rows if found else None,
        confirmed_pairs=len(found.ari) if found else None,
        confirmed_ari=found.mean_ari if found else None,
        confirmed_jaccard=found.lowest_jaccard if found else None,
        reasons=({} if result.ari_null is not None else {"ari_null": say("measured only where no number is stable")})
        | ({} if found else dict.fromkeys(confirmed, without)),
    )


def choice_reason(choice: KChoice, fmt: Formatter) -> str:
    """Say in words why the number was chosen, which is the next best and what would change."""
    if choice.kept:
        return _kept(choice, fmt)
    by_k = {result.k: result for result in choice.results}
    selected, stable = choice.selected, [by_k[k] for k in choice.stable]
    if choice.given:
        return _given(selected, stable, fmt) + _merged(choice)
    if stable:
        tried = len(choice.results) - choice.passed_over
        reason = _stable(selected, stable, by_k.get(selected.k + 1), tried, fmt)
    else:
        reason = _fallback(selected, fmt)
        if selected.k == max(by_k):
            reason += " " + say("It is the largest number tried.")
    return reason + _refuted(choice.results, fmt) + _passed_over(choice.passed_over, fmt) + _merged(choice)


def _kept(choice: KChoice, fmt: Formatter) -> str:
    if choice.k == 1:
        return say("There is one segment, as in the issue before.")
    chosen = choice.chosen
    kept = say(
        "The {k} segments are those of the issue before; only people were assigned anew. On today's data refits with "
        "this number agree at {agreed}, and the least stable segment is found again at {found}.",
        k=choice.k,
        agreed=fmt.coefficient(chosen.mean_ari),
        found=fmt.coefficient(chosen.lowest_jaccard),
    )
    return kept + _preferred_today(choice)


def _preferred_today(choice: KChoice) -> str:
    """Say so when one segment more or less would be chosen if they were built anew."""
    if not choice.stable or choice.stable[0] == choice.k:
        return ""
    built = choice.stable[0]
    return " " + say("Built anew, there would be {k}: that number is stable too, and stands out more.", k=built)


def _given(chosen: KResult, stable: Sequence[KResult], fmt: Formatter) -> str:
    figures = say(
        "refits agree at {ari}, the least stable segment is found again at {jaccard}",
        ari=fmt.coefficient(chosen.mean_ari),
        jaccard=fmt.coefficient(chosen.lowest_jaccard),
    )
    if chosen.confirmation is not None:
        figures += say(
            " (on {rows} rows the two figures are {ari} and {jaccard})", **_confirmed(chosen.confirmation, fmt)
        )
    if not stable:
        return say("k = {k} was set by hand: {figures}; no number of segments is stable.", k=chosen.k, figures=figures)
    if stable[0].k == chosen.k:
        return say("k = {k} was set by hand: {figures}; the data would choose it too.", k=chosen.k, figures=figures)
    return say(
        "k = {k} was set by hand: {figures}; of the numbers tried the data would choose k = {other}.",
        k=chosen.k,
        figures=figures,
        other=stable[0].k,
    )


def _stable(chosen: KResult, stable: Sequence[KResult], above: KResult | None, tried: int, fmt: Formatter) -> str:
    given = {
        "k": chosen.k,
        "ari": fmt.coefficient(chosen.mean_ari),
        "ari_limit": fmt.decimal(ARI_LIMIT, 1),
        "jaccard": fmt.coefficient(chosen.lowest_jaccard),
        "jaccard_limit": fmt.decimal(JACCARD_LIMIT, 2),
        "tried": tried,
    }
    if tried == 1:
        figures = say(
            "At k = {k} refits agree ({ari}, at least {ari_limit}) and every segment is found again (lowest {jaccard}, "
            "at least {jaccard_limit}); no other number was tried.",
            **given,
        )
    elif len(stable) == 1:
        figures = say(
            "At k = {k} refits agree ({ari}, at least {ari_limit}) and every segment is found again (lowest {jaccard}, "
            "at least {jaccard_limit}); this holds for no other of the {tried} numbers tried.",
            **given,
        )
    else:
        figures = say(
            "At k = {k} refits agree ({ari}, at least {ari_limit}) and every segment is found again (lowest {jaccard}, "
            "at least {jaccard_limit}); this holds for {stable} of the {tried} numbers tried, {preferred}.",
            **given,
            stable=len(stable),
            preferred=_preferred(chosen, stable[1], fmt),
        )
    if chosen.confirmation is not None:
        figures += say(
            " On {rows} rows the two figures are {ari} and {jaccard}.", **_confirmed(chosen.confirmation, fmt)
        )
    return figures + _one_more(above, fmt)


def _one_more(above: KResult | None, fmt: Formatter) -> str:
    """Say how it stands with one more segment."""
    if above is None:
        return say(" It is the largest number tried, so more segments might hold too.")
    if above.stable:
        return say(" One more would be stable too, but stands out less.")
    if above.agreement.stable:  # refuted on more rows, which is told behind
        return ""
    return say(
        " With one more, refits agree at {ari} and the least stable segment reaches {jaccard}.",
        ari=fmt.coefficient(above.mean_ari),
        jaccard=fmt.coefficient(above.lowest_jaccard),
    )


def _preferred(chosen: KResult, runner_up: KResult, fmt: Formatter) -> str:
    if not chosen.stands_out:
        return say(
            "and at none of them do people lie noticeably closer to their own segment than in one cloud cut into the "
            "same codes, so k = {k} is taken as the finest cut that repeats, k = {next} next",
            k=chosen.k,
            next=runner_up.k,
        )

    def against(result: KResult) -> str:
        return say(
            "{inertia} of the spread within segments against {inertia_null}, silhouette {silhouette} against "
            "{silhouette_null}",
            inertia=fmt.share(result.inertia),
            inertia_null=fmt.share(result.inertia_null),
            silhouette=fmt.coefficient(result.silhouette),
            silhouette_null=fmt.coefficient(result.silhouette_null),
        )

    return say(
        "and of these k = {k} stands out most from one cloud cut into the same codes ({figures}), k = {next} next "
        "({next_figures})",
        k=chosen.k,
        figures=against(chosen),
        next=runner_up.k,
        next_figures=against(runner_up),
    )


def _confirmed(found: Agreement, fmt: Formatter) -> dict[str, str]:
    return {
        "rows": fmt.count(found.rows),
        "ari": fmt.coefficient(found.mean_ari),
        "jaccard": fmt.coefficient(found.lowest_jaccard),
    }


def _refuted(results: Sequence[KResult], fmt: Formatter) -> str:
    """Name the k that are stable on the sample alone."""
    return "".join(
        say(
            " k = {k} meets both limits on the sample, but not on {rows} rows ({ari} and {jaccard}).",
            k=result.k,
            **_confirmed(found, fmt),
        )
        for result in results
        if (found := result.confirmation) is not None and result.agreement.stable and not found.stable
    )


def _passed_over(gone: int, fmt: Formatter) -> str:
    """Say how many numbers were no choice because a segment would be too small to be published."""
    if not gone:
        return ""
    return say_n(
        gone,
        " One more number was tried and passed over, because a segment would hold fewer than {least} people or "
        "customers.",
        " {number} more numbers were tried and passed over, because a segment would hold fewer than {least} people or "
        "customers.",
        number=fmt.count(gone),
        least=LEAST,
    )


def _fallback(chosen: KResult, fmt: Formatter) -> str:
    return say(
        "At no number of segments do refits agree well enough (mean index at least {ari_limit} and every segment at "
        "least {jaccard_limit}). k = {k} is where agreement ({ari}) exceeds that of data without groups ({ari_null}) "
        "most; read the segments as a way to cut the population, not as types that exist.",
        ari_limit=fmt.decimal(ARI_LIMIT, 1),
        jaccard_limit=fmt.decimal(JACCARD_LIMIT, 2),
        k=chosen.k,
        ari=fmt.coefficient(chosen.mean_ari),
        ari_null=fmt.coefficient(chosen.ari_null or 0.0),
    )


def _merged(choice: KChoice) -> str:
    """Say that small segments were merged."""
    if choice.merged_from is None:
        return ""
    return say_n(
        choice.k,
        " Of the {before} segments some would have held fewer than {least} people of the population or fewer than "
        "{least} customers; these are merged into their nearest, and one is left.",
        " Of the {before} segments some would have held fewer than {least} people of the population or fewer than "
        "{least} customers; these are merged into their nearest, and {left} are left.",
        before=choice.merged_from,
        least=LEAST,
        left=choice.k,
    )
