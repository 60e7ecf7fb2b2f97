"""The reference pages say what the program says, and leave nothing out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from jsonschema import Draft202012Validator

from reportgen.analysis.reference import json_reference
from reportgen.analysis.serial import json_schema
from reportgen.cli import cli
from reportgen.cli_reference import cli_reference
from reportgen.config import config_reference

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"


def schema_text() -> str:
    return json.dumps(json_schema(), indent=1) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "analysis-json.md": json_reference,
    "analysis.schema.json": schema_text,
    "cli.md": cli_reference,
    "config.md": config_reference,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), f"docs/{name} is out of date; run: make docs"


@pytest.mark.parametrize("name", PAGES)
def test_make_docs_writes_the_page(name: str) -> None:
    assert f"> docs/{name}\n" in (ROOT / "Makefile").read_text("utf-8")


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def section(title: str) -> str:
    """Return the help text below a heading of docs/cli.md."""
    page = (DOCS / "cli.md").read_text("utf-8")
    _, found, rest = page.partition(f"\n## {title}\n\n```\n")
    assert found, f"docs/cli.md has no section {title!r}"
    return rest.partition("\n```\n")[0]


@pytest.mark.parametrize("command", sorted(cli.commands))
def test_every_command_is_documented(command: str) -> None:
    assert f"\n  {command} " in section("reportgen")
    assert section(f"reportgen {command}").startswith(f"Usage: reportgen {command} [OPTIONS]")


@pytest.mark.parametrize(
    ("command", "parameter"),
    [
        pytest.param(name, parameter, id=f"{name} {parameter.name}")
        for name, command in sorted(cli.commands.items())
        for parameter in command.params
    ],
)
def test_every_option_and_argument_is_documented(command: str, parameter: click.Parameter) -> None:
    text = section(f"reportgen {command}")
    if isinstance(parameter, click.Argument):
        assert parameter.make_metavar(click.Context(cli.commands[command])) in text.splitlines()[0]
        return
    assert isinstance(parameter, click.Option)
    for flag in (*parameter.opts, *parameter.secondary_opts):
        assert flag in text
    words = " ".join(text.split())
    assert (parameter.help or "no help").split("  [")[0] in words


def test_the_page_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    page = cli_reference()
    monkeypatch.setenv("COLUMNS", "60")
    assert cli_reference() == page
    assert max(len(line) for line in page.splitlines()) <= 120


def test_the_pages_link_to_pages_that_exist() -> None:
    for name in ("cli.md", "config.md", "analysis-json.md"):
        text = (DOCS / name).read_text("utf-8")
        targets = [part.partition(")")[0] for part in text.split("](")[1:]]
        pages = [target for target in targets if not target.startswith("#") and ":" not in target]
        assert [page for page in pages if not (DOCS / page.partition("#")[0]).exists()] == []
