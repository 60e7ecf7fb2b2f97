"""What all tables of settings share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\r\n\t]+$")]


def setting(default: object, meaning: str, allowed: str, example: object = None, **limits: Any) -> Any:
    """Declare one key: its default, what it does, which values it takes, and a value where the default is none."""
    return Field(default, description=meaning, examples=[example], json_schema_extra={"allowed": allowed}, **limits)


class Table(BaseModel):
    """A table of settings: nothing is converted, nothing unknown is taken, and nothing changes afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
