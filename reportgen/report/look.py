"""How a report looks: its brand, and templates of the reader's own in place of parts of ours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.sandbox import SandboxedEnvironment

from reportgen.errors import ConfigError
from reportgen.language import say, say_in, say_n
from reportgen.report.brand import NO_BRAND, Brand

PACKAGED = "reportgen"
"""Prefix under which the report's own templates can always be reached, to extend or include them."""


@dataclass(frozen=True)
class Look:
    """Brand and templates of a report.

    Attributes
    ----------
    brand
        Name, logo, colours and type.
    templates
        A folder whose files take the place of those of the same name; None for the report's own.
    """

    brand: Brand = NO_BRAND
    templates: Path | None = None

    @property
    def environment(self) -> Environment:
        """The template environment: everything escaped, nothing undefined."""
        return _environment(self.templates)

    def style(self) -> str:
        """Return the style sheets of the folder, in the order of their names, to follow the report's own."""
        if self.templates is None:
            return ""
        sheets = (path.read_text("utf-8") for path in sorted((self.templates / "css").glob("*.css")))
        return "\n".join(sheet.replace("</", "<\\/") for sheet in sheets)


PLAIN = Look()


def checked_templates(folder: Path | None) -> Path | None:
    """Return the folder of templates after compiling each, so that a mistake is told before anything is read.

    Raises
    ------
    ConfigError
        If the folder is missing, holds nothing that takes the place of a part of the report, or a file is no template.
    """
    if folder is None:
        return None
    if not folder.is_dir():
        raise ConfigError(f"report.templates: {folder} is not a folder", "Check the path.")
    known = set(_packaged().list_templates())
    found = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html"))
    if not found and not any((folder / "css").glob("*.css")):
        raise ConfigError(
            f"report.templates: {folder} holds neither an .html file nor css/*.css",
            "Put a file there under the name of the part that it takes the place of, such as sections/brief.html.",
        )
    environment = _environment(folder)
    for name in found:
        try:
            environment.get_template(name)
        except TemplateSyntaxError as error:
            raise ConfigError(
                f"{folder / (error.name or name)} line {error.lineno}: {error.message}", "Correct the template."
            ) from None
        except (TemplateError, UnicodeDecodeError) as error:
            raise ConfigError(f"{folder / name}: {error}", "Correct the template.") from None
    stray = [name for name in found if name not in known and name.split("/")[0] in ("pages", "sections", "macros")]
    if stray and not any(name in known for name in found):
        raise ConfigError(
            f"report.templates: {folder / stray[0]} takes the place of nothing in the report",
            f"The parts are {', '.join(sorted(n for n in known if n.startswith(('pages', 'sections'))))}.",
        )
    return folder


def template_mistake(error: TemplateError, folder: Path) -> ConfigError:
    """Put an error that a template of the reader's own makes while a page is rendered into words."""
    what = f"uses something that is not there: {error}" if isinstance(error, UndefinedError) else str(error)
    return ConfigError(f"a template in {folder} {what}", "Compare it with the report's own; see docs/templates.md.")


@cache
def _environment(templates: Path | None) -> Environment:
    ours = _packaged()
    loader: BaseLoader = ours
    kind: type[Environment] = Environment
    if templates is not None:
        loader = ChoiceLoader([FileSystemLoader(templates), ours, PrefixLoader({PACKAGED: ours})])
        kind = SandboxedEnvironment  # a template of somebody's own may print what pages hold, and do nothing else
    made = kind(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters["zip"] = _zip
    made.globals |= {"say": say, "say_in": say_in, "say_n": say_n}
    return made


@cache
def _packaged() -> PackageLoader:
    return PackageLoader("reportgen.templates", "")


def _zip(first: Iterable[object], second: Iterable[object]) -> Iterator[tuple[object, object]]:
    return zip(first, second, strict=True)
