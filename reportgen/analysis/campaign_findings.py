"""Everything about the campaign in working form: the ranking, counts by fold, the terms, and a past mailing."""

from __future__ import annotations

from dataclasses import dataclass, field

from reportgen.analysis.economics import Terms
from reportgen.analysis.ranking_findings import NoRanking, RankingFindings
from reportgen.analysis.reach import FoldLedger
from reportgen.analysis.response import NoResponse, ResponseFindings
from reportgen.analysis.response_rows import PastMailing


@dataclass(frozen=True)
class CampaignSettings:
    """What the user says about a campaign.

    Attributes
    ----------
    terms
        What a mailing costs and brings.
    sensitive
        Whether the score may use features that the dictionary calls special or proxy.
    mailing
        A past mailing to judge the ranking on.
    """

    terms: Terms = field(default_factory=Terms)
    sensitive: bool = False
    mailing: PastMailing | None = None


@dataclass(frozen=True)
class CampaignFindings:
    """What the campaign chapter is made from.

    Attributes
    ----------
    ranking
        The ranking of people, or why there is none.
    ledger
        Counts by segment and fold, and customers found in the population by segment.
    terms
        What a mailing costs and brings.
    response
        The ranking on a past mailing, or why it cannot be evaluated; None when no mailing is given.
    """

    ranking: RankingFindings | NoRanking
    ledger: FoldLedger
    terms: Terms
    response: ResponseFindings | NoResponse | None
