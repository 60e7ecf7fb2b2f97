"""The reference of all commands as a Markdown page: the help texts as the program prints them."""

from __future__ import annotations

import click

from reportgen.cli import cli

_WIDTH = 100
_HEAD = """# Commands

Settings come from options, from `REPORTGEN_*` variables and from a configuration; [config.md](config.md) lists them and
says which one wins. Progress and warnings go to stderr, results to stdout: the last line of `build` is the path of the
report's first page. On a terminal a bar shows how far a build is, elsewhere every step has a line of its own; `-q`
leaves both out, and `NO_COLOR` takes the colour out of the bar.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed; earlier reports are as they were |
| 2 | wrong usage |
| 3 | made or published, but a gate failed |
| 130 | interrupted; earlier reports are as they were |

This page is generated from the program.
"""


def cli_reference() -> str:
    """Return the help of the program and of each of its commands, in a fixed width.

    Returns
    -------
    str
        Markdown; the text of ``docs/cli.md``.
    """
    program = click.Context(cli, info_name="reportgen", terminal_width=_WIDTH, **cli.context_settings)
    sections = [_section("reportgen", cli.get_help(program))]
    for name in cli.list_commands(program):
        command = cli.commands[name]
        context = click.Context(command, program, name, terminal_width=_WIDTH)
        sections.append(_section(f"reportgen {name}", command.get_help(context)))
    return "\n".join([_HEAD, *sections])


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n```\n{text}\n```\n"
