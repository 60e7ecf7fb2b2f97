"""The choices that an analysis is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reportgen.analysis.campaign_findings import CampaignSettings


@dataclass(frozen=True)
class Settings:
    """The choices of the statistics; see ``reportgen.config_model.AnalysisSettings`` for their meaning."""

    k: int | None = None
    k_max: int = 15
    seed: int = 1
    quick: bool = False
    max_missing: float = 0.30
    row_threshold: int | None = None
    on_components: bool = True
    min_explained: float = 0.8
    twins: float = 0.95
    names: Mapping[str, str] = field(default_factory=dict)
    campaign: CampaignSettings = field(default_factory=CampaignSettings)
