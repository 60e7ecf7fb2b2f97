"""Help, version and wrong usage."""

from __future__ import annotations

from importlib.metadata import version

import click
import pytest
from click.testing import CliRunner

from reportgen.cli import cli
from tests.cli.running import run, run_alone

COMMANDS = sorted(cli.commands)


def test_the_commands_are_those_of_the_documentation() -> None:
    assert COMMANDS == [
        "build", "check", "compare", "demo", "init", "publish", "render", "score", "select", "verify",
    ]  # fmt: skip


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("command", [None, *COMMANDS])
def test_help(command: str | None, flag: str) -> None:
    done = CliRunner().invoke(cli, [command, flag] if command else [flag])
    assert done.exit_code == 0
    assert done.output.startswith("Usage: ")
    assert done.stderr == ""
    for name in COMMANDS if command is None else ["--debug", "--help"]:
        assert name in done.output


def test_short_help_is_not_cut_off_on_a_narrow_terminal() -> None:
    done = CliRunner().invoke(cli, ["--help"], terminal_width=80)
    assert "..." not in done.output.partition("Commands:")[2]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_has_a_help_text(command: str) -> None:
    options = [option for option in cli.commands[command].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_version() -> None:
    done = CliRunner().invoke(cli, ["--version"])
    assert (done.exit_code, done.output) == (0, f"reportgen, version {version('reportgen')}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Usage: reportgen"),
        (["bild"], "No such command 'bild'"),
        (["build", "--populaton", "p.csv"], "--population"),
        (["build", "--k", "many"], "'many' is not a valid integer"),
        (["build", "stray.csv"], "unexpected extra argument (stray.csv)"),
        (["check", "--seed"], "Option '--seed' requires an argument"),
        (["demo"], "Missing argument 'DIRECTORY'"),
        (["demo", "x", "--rows", "10"], "10 is not in the range x>=1000"),
        (["init"], "Missing option '--population'"),
        (["init", "--population", "p.csv"], "give either --customers FILE or --customer-where COLUMN=VALUE"),
        (
            ["init", "--population", "p.csv", "--customers", "c.csv", "--customer-where", "y=1"],
            "give either --customers FILE or --customer-where COLUMN=VALUE",
        ),
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], said: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert done.out == ""
    assert said in done.err
    assert "Traceback" not in done.err


def test_python_dash_m_and_the_installed_command_are_the_same() -> None:
    done = run_alone("--version")
    assert (done.code, done.out, done.err) == (0, f"reportgen, version {version('reportgen')}\n", "")
    done = run_alone("build", "--nonsense")
    assert (done.code, done.out) == (2, "")
    assert "Usage: reportgen build" in done.err
