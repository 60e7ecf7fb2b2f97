"""The campaign's settings and a past mailing on the way through ``build``."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.cli.running import read_analysis, run
from tests.cli.sample import Files, make_pair

CAMPAIGN = """[campaign]
cost_per_piece = 0.85
base_response = 0.012
base_pieces = 20000
order_value = 150.0
margin_share = 0.4
budget = 500.0
"""


def configured(files: Files, campaign: str = CAMPAIGN, inputs: str = "") -> Path:
    path = files.folder / "reportgen.toml"
    path.write_text(
        '[inputs]\npopulation = "population.csv"\ncustomers = "customers.csv"\ndictionary = "features.csv"\n'
        f'{inputs}[output]\ndir = "output"\npdf = false\n[analysis]\nquick = true\nk = 2\n{campaign}',
        encoding="utf-8",
    )
    return path


@pytest.fixture
def larger(tmp_path: Path) -> Files:
    return make_pair(1_000, 300).write(tmp_path / "job")


def test_the_terms_of_the_configuration_make_the_plan(larger: Files) -> None:
    done = run("build", "-c", configured(larger))
    assert done.code == 0, done.err
    campaign = read_analysis(larger.latest)["campaign"]
    assert campaign["given"]
    terms = {term["name"]: term for term in campaign["plan"]["terms"]}
    assert (terms["cost_per_piece"]["value"], terms["base_response"]["value"]) == (0.85, 0.012)
    assert terms["margin"]["value"] == pytest.approx(60.0)
    assert not any(term["assumed"] for term in terms.values())
    assert campaign["plan"]["break_even_index"] == pytest.approx(100 * 0.85 / (60 * 0.012))
    assert campaign["plan"]["rows"][-1]["cumulative_pieces"] <= 588
    page = (larger.latest / "site" / "campaign.html").read_text("utf-8")
    assert "Break-even index" in page
    assert "will respond" not in page.replace("never that they will respond", "")


def test_what_is_left_out_is_assumed_and_says_so(larger: Files) -> None:
    done = run("build", "-c", configured(larger, "[campaign]\nmargin = 60.0\n"))
    assert done.code == 0, done.err
    plan = read_analysis(larger.latest)["campaign"]["plan"]
    assumed = {term["name"]: term["source"] for term in plan["terms"] if term["assumed"]}
    assert set(assumed) == {"cost_per_piece", "base_response"}
    assert "DMA" in assumed["base_response"]
    page = (larger.latest / "site" / "campaign.html").read_text("utf-8")
    assert "assumed" in page


def test_the_rate_of_a_selected_list_is_divided_by_its_index(larger: Files) -> None:
    done = run("build", "-c", configured(larger, "[campaign]\nbase_response = 0.03\nbase_index = 250.0\n"))
    assert done.code == 0, done.err
    terms = {term["name"]: term for term in read_analysis(larger.latest)["campaign"]["plan"]["terms"]}
    assert terms["base_response"]["value"] == pytest.approx(0.012)


def test_without_terms_people_are_counted(built: Files) -> None:
    campaign = read_analysis(built.latest)["campaign"]
    assert not campaign["given"]
    assert campaign["plan"]["terms"] == []
    assert campaign["trial"] is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("cost_per_piece = -1.0", "needs a number above 0"),
        ("base_response = 1.5", "needs a number above 0 and below 1"),
        ("holdout = 1.0", "needs a number from 0 and below 1"),
        ("buget = 5.0", "did you mean budget?"),
    ],
)
def test_impossible_terms_are_refused(larger: Files, line: str, words: str) -> None:
    done = run("build", "-c", configured(larger, f"[campaign]\n{line}\n"))
    assert done.code == 1
    assert words in done.error


def mailing(files: Files, target: Path, name: str = "LNR") -> Path:
    random = np.random.default_rng(3)
    with files.population.open(encoding="utf-8", newline="") as file:
        people = [row["LNR"] for row in csv.DictReader(file, delimiter=";")]
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow([name, "response", "amount", "control"])
        for person in people:
            answers = int(random.random() < 0.3)  # ten or more in every tenth
            writer.writerow([person, answers, 40 * answers, int(random.random() < 0.2)])
    return target


def test_a_past_mailing_is_evaluated_and_named(larger: Files, tmp_path: Path) -> None:
    path = mailing(larger, tmp_path / "mailing.csv")
    done = run("build", "-c", configured(larger), "--response", path)
    assert done.code == 0, done.err
    analysis = read_analysis(larger.latest)
    response = analysis["campaign"]["response"]
    assert (response["file"], response["rows"], response["found"]) == ("mailing.csv", 1_000, 1_000)
    tenths = [(group["tenth"], group["last_tenth"]) for group in response["groups"]]
    assert [first for first, _ in tenths] == [1, *(last + 1 for _, last in tenths[:-1])]
    assert tenths[-1][1] == 10
    assert response["groups"][0]["profit"] is not None
    assert response["uplift"][0]["people"] == "everybody"
    assert "A past mailing" in (larger.latest / "site" / "campaign.html").read_text("utf-8")
    sources = {source["side"]: source["name"] for source in analysis["provenance"]["sources"]}
    assert sources["response"] == "mailing.csv"
    # the file is part of what the run is made of
    first = analysis["provenance"]["run"]
    path.write_text(path.read_text("utf-8").replace(";1;40;", ";0;0;", 1), "utf-8")
    assert run("build", "-c", configured(larger), "--response", path).code == 0
    assert read_analysis(larger.latest)["provenance"]["run"] != first


def test_a_mailing_that_cannot_be_read_leaves_the_last_report(built: Files, tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("LNR;answer\n1;0\n", "utf-8")
    done = run(*built.build(), "--response", tmp_path / "bad.csv")
    assert done.code == 1
    assert "no column response" in done.error


def test_a_mailing_needs_ids(tmp_path: Path) -> None:
    pair = make_pair(600, 150)
    pair.head, pair.customer_head = pair.head[1:], pair.customer_head[1:]
    for row in [*pair.population, *pair.customers]:
        del row[0]
    files = pair.write(tmp_path / "job")
    (tmp_path / "m.csv").write_text("id;response\n1;0\n", "utf-8")
    done = run(*files.build(), "--response", tmp_path / "m.csv")
    assert done.code == 1
    assert "no id column" in done.error
