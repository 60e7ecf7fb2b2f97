"""How a run is to look, and which files it has in which language; known before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reportgen.config import Brand as BrandSettings
from reportgen.language import SOURCE
from reportgen.report.brand import read_brand
from reportgen.report.look import Look, checked_templates


@dataclass(frozen=True)
class Rendering:
    """Which files are made of an analysis, and how they look."""

    look: Look
    language: str = SOURCE
    pdf: bool = True
    single_file: bool = True


def read_look(brand: BrandSettings, templates: Path | None) -> Look:
    """Read and check brand and templates; raises ``ConfigError`` when one of them cannot be used."""
    return Look(read_brand(brand), checked_templates(templates))


def words_file(language: str) -> str:
    """Return the private file that holds the published analysis in a language."""
    return f"analysis.{language}.json"
