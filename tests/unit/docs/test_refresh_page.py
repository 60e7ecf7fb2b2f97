"""The examples of the page on refreshing are well formed, and every command in them exists."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

from reportgen.cli import cli
from reportgen.config_gates import GATE_MEASURES, Refresh, parse_gates

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "refresh.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def commands() -> list[str]:
    found = re.findall(
        r"reportgen ((?:build|publish|verify|compare) [^&\n`]*)", "\n".join(re.findall(r"```.*?```", PAGE, re.DOTALL))
    )
    return [command.strip() for command in found]


@pytest.mark.parametrize("command", commands())
def test_every_command_is_understood(command: str) -> None:
    name, *given = shlex.split(command)
    context = cli.commands[name].make_context(name, list(given))
    if context.params.get("fail_on"):
        assert parse_gates(context.params["fail_on"])


def test_there_are_commands_in_every_example() -> None:
    assert len(commands()) >= 10


def test_the_cron_line_has_five_fields_and_a_guarded_publication() -> None:
    (block,) = blocks("cron")
    (line,) = [line for line in block.splitlines() if "reportgen build" in line]
    assert re.match(r"\d+ \d+ \d+ \* \* cd ", line)
    assert re.search(r"reportgen build [^&]*&& \S*reportgen publish", line)


def test_pipelines_are_yaml() -> None:
    github, gitlab = map(yaml.safe_load, blocks("yaml"))
    assert github["jobs"]["report"]["steps"]
    assert gitlab["customer report"]["script"][-1].startswith("venv/bin/reportgen publish")


def test_units_are_well_formed(tmp_path: Path) -> None:
    service, timer = blocks("ini")
    for text, section in ((service, "Service"), (timer, "Timer")):
        parser = ConfigParser(strict=False, interpolation=None)
        parser.read_string(text)
        assert section in parser.sections()
    assert service.count("ExecStart=") == 2


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_understands_the_timer() -> None:
    (moment,) = re.findall(r"^OnCalendar=(.*)$", PAGE, re.MULTILINE)
    done = subprocess.run(["systemd-analyze", "calendar", moment], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Normalized form: *-*-02 05:30:00" in done.stdout


def test_settings_are_known() -> None:
    (table,) = (tomllib.loads(block)["refresh"] for block in blocks("toml"))
    assert Refresh(**table).triggers == {"schema", "psi", "agreement"}


def test_every_gate_is_explained() -> None:
    assert re.findall(
        r"^\| `(\w+)` \|", PAGE.partition("## Gates")[2].partition("## Destinations")[0], re.MULTILINE
    ) == list(GATE_MEASURES)
