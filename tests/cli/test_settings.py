"""Where settings come from: options, REPORTGEN_* variables, a configuration; and which one wins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.running import files_below, read_analysis, run
from tests.cli.sample import Files, make_pair

CONFIG = """[inputs]
population = "population.csv"
customers = "customers.csv"
dictionary = "features.csv"
[output]
dir = "reports"
pdf = false
single_file = false
[report]
title = "From the file"
organisation = "Acme"
[analysis]
quick = true
seed = 7
"""


def configured(files: Files, place: str = "reportgen.toml") -> Path:
    path = files.folder / place
    path.write_text(CONFIG, encoding="utf-8")
    return path


def provenance(page: str) -> dict[str, Any]:
    assert Path(page).is_absolute()
    assert Path(page).is_file()
    told: dict[str, Any] = read_analysis(Path(page).parents[1])["provenance"]
    return told


def test_options_alone(built: Files) -> None:
    told = provenance(str(built.latest / "site" / "index.html"))
    settings = told["settings"]
    assert (told["title"], told["seed"], told["quick"], told["id_column"]) == ("Customer segmentation", 1, True, "LNR")
    assert (settings["output.pdf"], settings["analysis.k_max"], settings["analysis.k"]) == ("false", "3", "")


def test_configuration_alone_with_paths_from_its_own_folder(files: Files) -> None:
    done = run("build", "-c", configured(files, "my.toml"))
    assert done.code == 0, done.err
    told = provenance(done.last_line)
    assert (told["title"], told["organisation"], told["seed"]) == ("From the file", "Acme", 7)
    assert Path(done.last_line).is_relative_to(files.folder / "reports" / "runs")
    assert not (Path(done.last_line).parents[1] / "report.html").exists()


def test_options_beat_variables_beat_the_configuration(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_SEED", "8")
    monkeypatch.setenv("REPORTGEN_TITLE", "From the variable")
    monkeypatch.setenv("REPORTGEN_ORGANISATION", "Initech")
    done = run("build", "-c", configured(files), "--seed", "9", "--title", "From the option", "-o", "here", "--k", "2")
    assert done.code == 0, done.err
    told = provenance(done.last_line)
    assert (told["title"], told["organisation"], told["seed"]) == ("From the option", "Initech", 9)
    assert told["settings"]["analysis.k"] == "2"
    assert Path(done.last_line).is_relative_to(Path.cwd() / "here" / "runs")


def test_an_option_can_switch_on_what_the_configuration_switches_off(files: Files) -> None:
    done = run("build", "-c", configured(files), "--single-file")
    assert (Path(done.last_line).parents[1] / "report.html").is_file()


def test_variables_alone(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "POPULATION": str(files.population), "CUSTOMERS": str(files.customers), "DICTIONARY": str(files.dictionary),
        "PDF": "no", "SINGLE_FILE": "0", "QUICK": "true", "DIR": str(files.output), "TITLE": "From variables",
    }.items():  # fmt: skip
        monkeypatch.setenv(f"REPORTGEN_{name}", value)
    done = run("build")
    assert done.code == 0, done.err
    assert provenance(done.last_line)["title"] == "From variables"


def test_the_configuration_of_the_working_folder_is_found(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    configured(files)
    monkeypatch.chdir(files.folder)
    done = run("check")
    assert (done.code, done.out) == (0, "ready: 600 people, 150 customers, 7 columns, 0 warnings\n")
    done = run("check", *files.inputs()[:2], "--no-pdf")
    assert done.code == 1
    assert "inputs.dictionary: no feature dictionary is given" in done.error


def test_nothing_given_says_what_is_needed() -> None:
    done = run("build")
    assert done.code == 1
    for word in ("--population", "--customers", "--customer-where", "--dictionary", "reportgen init"):
        assert word in done.error


def test_one_file_with_a_customer_column(files: Files) -> None:
    pair = make_pair()
    pair.head = pair.customer_head = [*pair.head, "bought"]
    for at, row in enumerate(pair.population):
        row.append("yes" if row[2] == "5" and at % 2 else "no")
    files = pair.write(files.folder)
    files.customers.unlink()
    done = run(
        "build", "--population", files.population, "--customer-where", "bought=yes",
        "--dictionary", files.dictionary, "-o", files.output, "--no-pdf", "--quick",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert done.warnings == []
    analysis = read_analysis(files.latest)
    bought = sum(row[-1] == "yes" for row in pair.population)
    assert bought > 50
    assert (analysis["population"]["rows"], analysis["customers"]["rows"]) == (600, bought)
    assert analysis["overlap"] == bought
    assert analysis["provenance"]["standard_error"] == "nested"
    assert "bought" not in [column["name"] for column in analysis["quality"]["columns"]]


def test_one_file_and_two_files_tell_the_same(files: Files) -> None:
    pair = make_pair()
    pair.customers = [row for row in pair.population if row[2] == "5"]
    two = pair.write(files.folder / "two")
    pair.head = pair.customer_head = [*pair.head, "bought"]
    pair.population = [[*row, "1" if row[2] == "5" else "0"] for row in pair.population]
    pair.customers = []
    one = pair.write(files.folder / "one")
    assert run(*two.build()).code == 0
    done = run(
        "build", "--population", one.population, "--customer-where", "bought=1",
        "--dictionary", one.dictionary, "-o", one.output, "--no-pdf", "--quick",
    )  # fmt: skip
    assert done.code == 0, done.err
    both = [read_analysis(made.latest) for made in (one, two)]
    for key in ("population", "customers", "overlap", "components", "choice", "segments", "features"):
        assert both[0][key] == both[1][key], key


def test_check_says_ready_and_writes_nothing(files: Files, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    before = files_below(files.folder)
    done = run("check", *files.options(), "-v")
    assert (done.code, done.out) == (0, "ready: 600 people, 150 customers, 7 columns, 0 warnings\n")
    assert "id column: LNR" in done.err
    assert "customers found in the population: 75" in done.err
    assert files_below(files.folder) == before
    assert not files.output.exists()
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == [files.folder, temporary]


def test_check_counts_warnings(files: Files) -> None:
    pair = make_pair(secrets=True)
    files = pair.write(files.folder)
    done = run("check", *files.options())
    assert done.out == "ready: 600 people, 150 customers, 7 columns, 2 warnings\n"
    assert len(done.warnings) == 2
    pair.labels = {}
    pair.head = [*pair.head[:-1], "note"]
    files = pair.write(files.folder)
    assert len(run("check", *files.options()).warnings) == 3
