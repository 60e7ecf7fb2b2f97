"""The campaign's part of an analysis: rank people, and judge the ranking on a past mailing."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from reportgen.analysis.campaign_findings import CampaignFindings, CampaignSettings
from reportgen.analysis.findings import DataFindings
from reportgen.analysis.rank_people import rank_people
from reportgen.analysis.ranking_findings import NoRanking
from reportgen.analysis.reach import FoldLedger
from reportgen.analysis.response import NoResponse, ResponseFindings, ResponseRows, evaluate_response
from reportgen.analysis.response_rows import find_mailing
from reportgen.analysis.samples import Samples
from reportgen.analysis.score_rows import all_hashes
from reportgen.analysis.segmentation import Model
from reportgen.engine.assignment import Tables
from reportgen.engine.local import LocalEngine
from reportgen.ingest.mailing import PastMailing
from reportgen.ingest.table import CodedTable, SideName


def fold_ledger(table: CodedTable, k: int, seed: int) -> FoldLedger:
    """Return the ledger that counts folds, and customers in the population where ids can tell."""
    customers = all_hashes(table.customers) if table.overlap else np.zeros(0, dtype=np.uint64)
    return FoldLedger(k, seed, customers)


def find_campaign(
    engine: LocalEngine,
    data: DataFindings,
    samples: Samples,
    model: Model,
    tables: Mapping[SideName, Tables],
    ledger: FoldLedger,
    settings: CampaignSettings,
    *,
    seed: int,
    quick: bool,
) -> CampaignFindings:
    """Rank people and judge the ranking.

    Parameters
    ----------
    samples
        Sampled rows of both sides.
    model, tables
        Final segments and their counts.
    ledger
        Filled while everybody was assigned.
    settings
        What the user says about a campaign.
    """
    ranking = rank_people(engine, data, samples, model, tables, seed=seed, sensitive=settings.sensitive, quick=quick)
    response: ResponseFindings | NoResponse | None = None
    if settings.mailing is not None:
        if isinstance(ranking, NoRanking):
            response = NoResponse(ranking.reason, _nobody(settings.mailing), looked_for=False)
        else:
            response = evaluate_response(
                find_mailing(engine, data.table, model, ranking.fitted.ranker, settings.mailing), seed
            )
    return CampaignFindings(ranking, ledger, settings.terms, response)


def _nobody(mailing: PastMailing) -> ResponseRows:
    nobody = np.zeros(0, dtype=np.bool_)
    return ResponseRows(np.zeros(0), nobody, None, None, nobody, mailing.file, mailing.sha256, len(mailing.hashes))
