"""Settings of a mailing."""

from __future__ import annotations

from reportgen.config_table import Table, Text, setting


class Campaign(Table):
    """Table ``[campaign]``: what a mailing costs and brings. Without it the report counts people and nothing else."""

    cost_per_piece: float | None = setting(
        None,
        "Money per piece; left out, an assumption that the report marks.",
        "a number above 0",
        gt=0,
        example=0.85,
    )
    base_response: float | None = setting(
        None,
        "Share of people who respond to an unselected mailing; left out, an assumption that the report marks.",
        "a number above 0 and below 1",
        gt=0,
        lt=1,
        example=0.008,
    )
    base_pieces: int | None = setting(
        None,
        "The number of pieces that base_response was measured on, which gives it an interval.",
        "a whole number from 1",
        ge=1,
        example=20000,
    )
    base_index: float = setting(
        100.0,
        "The mean index of the people that base_response was measured on; a selected list has more than 100.",
        "a number above 0",
        gt=0,
    )
    margin: float | None = setting(
        None,
        "Money that a response brings before the cost of the mailing.",
        "a number above 0",
        gt=0,
        example=60.0,
    )
    order_value: float | None = setting(
        None,
        "Mean amount of an order; with margin_share it gives the margin.",
        "a number above 0",
        gt=0,
        example=150.0,
    )
    margin_share: float | None = setting(
        None,
        "The part of an order's amount that is margin.",
        "a number above 0 and up to 1",
        gt=0,
        le=1,
        example=0.4,
    )
    budget: float | None = setting(None, "The most that pieces may cost.", "a number above 0", gt=0, example=50000.0)
    volume: int | None = setting(None, "The most pieces.", "a whole number from 1", ge=1, example=60000)
    currency: Text = setting("EUR", "The currency, as a sign or code.", "a text")
    holdout: float = setting(
        0.10,
        "The share of the chosen people who are left out for comparison.",
        "a number from 0 and below 1",
        ge=0,
        lt=1,
    )
    detect: float = setting(0.20, "The smallest relative effect that a test should show.", "a number above 0", gt=0)
    power: float = setting(0.80, "The probability of showing it.", "a number above 0 and below 1", gt=0, lt=1)
    significance: float = setting(0.05, "The two-sided level of that test.", "a number above 0 and below 1", gt=0, lt=1)
    include_customers: bool = setting(False, "Write to current customers as well.", "true or false")
    use_sensitive: bool = setting(
        False,
        "Let the score use features that the dictionary calls special or proxy; the report names them.",
        "true or false",
    )

    @property
    def given(self) -> bool:
        """Whether anything about a campaign is set."""
        return self != Campaign()
