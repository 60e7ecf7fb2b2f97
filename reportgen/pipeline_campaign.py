"""What the configuration says about a campaign, in the form that the analysis takes."""

from __future__ import annotations

from reportgen.analysis.campaign_findings import CampaignSettings
from reportgen.analysis.economics import DEFAULT_BASE, DEFAULT_COST, Terms
from reportgen.config import Campaign, Config
from reportgen.errors import InputError
from reportgen.ingest.mailing import PastMailing, read_mailing
from reportgen.ingest.reader import ReadOptions
from reportgen.ingest.table import CodedTable


def campaign_settings(config: Config, table: CodedTable) -> CampaignSettings:
    """Return the terms of a mailing, and the past mailing where one is named.

    Raises
    ------
    InputError
        If the past mailing cannot be read, or the people's file has no ids to find its people by.
    """
    return CampaignSettings(terms_of(config.campaign), config.campaign.use_sensitive, past_mailing(config, table))


def past_mailing(config: Config, table: CodedTable) -> PastMailing | None:
    """Read the past mailing that the configuration names; None when it names none.

    Raises
    ------
    InputError
        As ``campaign_settings``.
    """
    path = config.inputs.response
    if path is None:
        return None
    if not table.id_column:
        raise InputError(
            f"{path.name}: the people's file has no id column, so nobody of the mailing can be found in it",
            "Name the id column with --id, or leave --response away.",
        )
    inputs = config.inputs
    return read_mailing(path, table.id_column, ReadOptions(inputs.delimiter, inputs.decimal, inputs.encoding))


def terms_of(campaign: Campaign) -> Terms:
    """Fill in what the configuration leaves open and mark it as assumed."""
    if not campaign.given:
        return Terms()
    margin = campaign.margin
    if margin is None and campaign.order_value is not None and campaign.margin_share is not None:
        margin = campaign.order_value * campaign.margin_share
    base = DEFAULT_BASE if campaign.base_response is None else campaign.base_response * 100.0 / campaign.base_index
    assumed = {
        name
        for name, value in (
            ("cost_per_piece", campaign.cost_per_piece), ("base_response", campaign.base_response),
        )
        if value is None
    }  # fmt: skip
    return Terms(
        given=True,
        cost=DEFAULT_COST if campaign.cost_per_piece is None else campaign.cost_per_piece,
        base=min(base, 1.0),
        base_pieces=campaign.base_pieces if campaign.base_response is not None else None,
        margin=margin,
        margin_share=campaign.margin_share,
        budget=campaign.budget,
        volume=campaign.volume,
        currency=campaign.currency,
        holdout=campaign.holdout,
        detect=campaign.detect,
        power=campaign.power,
        significance=campaign.significance,
        include_customers=campaign.include_customers,
        assumed=frozenset(assumed),
    )
