"""The guides for readers: links and pictures exist, commands and settings are understood, output is what is printed."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from reportgen.charts.gallery import charts_of
from reportgen.cli import cli
from reportgen.config_campaign import Campaign
from reportgen.report.context import build_report
from reportgen.report.site import SITE_POLICY
from reportgen.report.views import Medium
from tests.factories import example_analysis
from tests.factory_changes import with_example_changes
from tests.unit.publishing.runs import write_run

ROOT = Path(__file__).resolve().parents[3]
GUIDES = (
    "README.md",
    *(f"docs/{name}.md" for name in ("tour", "briefing", "intranet", "refresh", "mailing", "notebook")),
)
PICTURES = ROOT / "docs" / "images"


def text_of(guide: str) -> str:
    return (ROOT / guide).read_text("utf-8")


def blocks(guide: str, language: str = "") -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text_of(guide), re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """Return the addresses of the headings of a page, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_link_and_picture_is_there(guide: str) -> None:
    targets = re.findall(r"\]\(([^)]+)\)", text_of(guide)) + re.findall(r'src="([^"]+)"', text_of(guide))
    for target in targets:
        path, _, anchor = target.partition("#")
        place = ((ROOT / guide).parent / path).resolve() if path else ROOT / guide
        assert place.exists(), target
        assert not anchor or anchor in anchors(place), target


def test_the_readme_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(docs/([\w-]+\.md)\)", text_of("README.md")))
    assert linked == {page.name for page in (ROOT / "docs").glob("*.md")}


def test_every_picture_is_shown_made_by_the_script_and_of_modest_size() -> None:
    shown = set(re.findall(r"images/(\w+)\.png", "".join(map(text_of, GUIDES))))
    assert {path.stem for path in PICTURES.glob("*.png")} == shown
    made = text_of("docs/pictures.py")
    for name in shown:
        assert f'"{name}"' in made, name
        picture = PICTURES / f"{name}.png"
        assert picture.read_bytes().startswith(b"\x89PNG")
        assert 10_000 < picture.stat().st_size < 200_000, name


def commands() -> list[tuple[str, str]]:
    found = [
        (guide, line.partition("#")[0].strip())
        for guide in ("README.md", "docs/briefing.md", "docs/intranet.md")
        for block in blocks(guide)
        for line in block.splitlines()
        if line.startswith("reportgen ")
    ]
    assert len(found) >= 8
    return found


@pytest.mark.parametrize(("guide", "command"), commands())
def test_every_command_is_understood(guide: str, command: str) -> None:
    _, name, *given = shlex.split(command)
    options = {option for param in cli.commands[name].params for option in (*param.opts, *param.secondary_opts)}
    assert {word for word in given if word.startswith("-")} <= options, guide


def test_the_settings_of_a_campaign_are_known() -> None:
    (block,) = blocks("docs/briefing.md", "toml")
    assert Campaign(**tomllib.loads(block)["campaign"]).order_value == 80.0


def pattern(text: str) -> str:
    """Return what is printed without what differs from run to run."""
    text = re.sub(r"\d{8}-[0-9a-f]{8}", "RUN", text)
    return re.sub(r"\d[\d.,]*", "N", text).replace(" kB", " MB").strip()


def test_publish_and_verify_print_what_the_page_shows(tmp_path: Path) -> None:
    run, place = write_run(tmp_path / "output", 3, small=False), tmp_path / "reports"
    published = CliRunner().invoke(cli, ["publish", "--run", str(run), str(place)])
    verified = CliRunner().invoke(cli, ["verify", str(place)])
    assert (published.exit_code, verified.exit_code) == (0, 0), published.output + verified.output
    shown = [pattern(block) for block in blocks("docs/intranet.md") if not block.startswith(("reportgen", "Content"))]
    printed = published.output.replace(str(place), "/mnt/intranet/reports")
    assert shown == [pattern(printed), pattern(verified.output)]


def test_every_check_of_a_publication_is_explained(tmp_path: Path) -> None:
    place = tmp_path / "reports"
    CliRunner().invoke(cli, ["publish", "--run", str(write_run(tmp_path / "output", 3)), str(place)])
    checks = re.findall(r"^(\w+) +passed$", CliRunner().invoke(cli, ["verify", str(place)]).output, re.MULTILINE)
    assert re.findall(r"^\| `(\w+)` \|", text_of("docs/intranet.md"), re.MULTILINE) == checks


def test_the_policy_is_that_of_the_site() -> None:
    assert re.findall(r"default-src 'none'; img-src[^\"\n]*", text_of("docs/intranet.md")) == [SITE_POLICY] * 2


def test_the_tour_goes_through_every_chapter_in_order() -> None:
    analysis = with_example_changes(example_analysis(3, 8, totals=True))
    pages = [page for page in build_report(analysis, charts_of(analysis), Medium.SITE).pages if page.in_menu]
    tour = text_of("docs/tour.md")
    titles = re.findall(r"^## (.*)$", tour, re.MULTILINE)
    assert titles == [page.kicker for page in pages[:6]] + ["A page for each segment"] + [
        page.kicker for page in pages[6:]
    ] + ["The PDF"]
    for page in pages:
        assert f"`{page.file}`" in tour, page.id
    questions = {page.question for page in pages if page.id != "changes"}
    assert {question for question in questions if f"*{question}*" not in tour} == set()
