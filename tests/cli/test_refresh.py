"""Issues that follow each other: segments stay, what changed is told, refits keep ids, gates hold runs back."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reportgen.analysis.serial import from_json, to_json
from tests.cli.running import Outcome, files_below, prepare, read_analysis, run
from tests.cli.sample import Files, Pair, make_pair

FIXED = ("--k", "3")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Build the first issue; copies of its folder are built on."""
    files = make_pair(people=900, customers=240).write(tmp_path_factory.mktemp("first"))
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch)
        done = run(*files.build(), *FIXED)
    assert done.code == 0, done.err
    return files


@pytest.fixture
def job(first: Files, tmp_path: Path) -> Files:
    shutil.copytree(first.folder, tmp_path / "job", symlinks=True)
    return Files(tmp_path / "job")


def next_month(files: Files, change: Callable[[Pair], None] = lambda _: None) -> None:
    """Write new files: 30 people less, and what ``change`` does."""
    pair = make_pair(people=900, customers=240)
    pair.population = pair.population[30:]
    change(pair)
    pair.write(files.folder)


def latest(files: Files) -> dict[str, Any]:
    return read_analysis(files.latest)


def build(files: Files, *more: str) -> Outcome:
    return run(*files.build(), *FIXED, *more)


def test_the_first_issue_has_nothing_to_compare_with(first: Files) -> None:
    found = latest(first)
    assert found["changes"] is None
    assert found["changes_reason"] == "there is no earlier issue to compare with"
    assert (found["provenance"]["issue"], found["provenance"]["previous"]) == (1, "")
    assert not (first.latest / "site" / "changes.html").exists()
    assert "What changed since" not in (first.latest / "site" / "index.html").read_text("utf-8")


def test_new_data_is_assigned_to_the_segments_of_the_issue_before(job: Files) -> None:
    before = latest(job)
    next_month(job)
    assert build(job).code == 0
    after = latest(job)
    changes = after["changes"]
    assert (changes["model"], changes["now"]["issue"], changes["before"]["issue"]) == ("frozen", 2, 1)
    assert after["provenance"]["model_from"] == after["provenance"]["previous"] == before["provenance"]["run"]
    assert [s["name"] for s in after["segments"]] == [s["name"] for s in before["segments"]]
    assert changes["migration"]["stayed"] == 1.0
    assert [s["fate"] for s in changes["segments"]] == ["kept"] * 4
    assert changes["alarms"] == []
    assert changes["agreement"] > 0.9
    runs = [before["provenance"]["run"], after["provenance"]["run"]]
    people = []
    for name in runs:
        rows = pq.read_table(job.output / "private" / name / "assignments.parquet").to_pylist()
        people.append({row["id"]: row["segment"] for row in rows if row["source"] == "population"})
    fitted = files_below(job.output / "private" / runs[1] / "fitted")
    assert fitted == files_below(job.output / "private" / runs[0] / "model")
    assert all(people[0][key] == segment for key, segment in people[1].items())
    assert len(people[1]) == 870


def test_the_chapter_and_the_first_page_say_what_changed(job: Files) -> None:
    next_month(job)
    assert build(job).code == 0
    page = (job.latest / "site" / "changes.html").read_text("utf-8")
    assert "Compared with issue 1" in page
    assert "every one of them is in the same segment as before" in page
    first_page = (job.latest / "site" / "index.html").read_text("utf-8")
    assert "What changed since issue 1" in first_page
    assert "Issue 2" in first_page
    assert run("verify", job.latest).code == 0
    text = (job.latest / "analysis.json").read_text("utf-8")
    assert to_json(from_json(text)) == text


def test_the_same_again_is_the_same_run(job: Files) -> None:
    runs = {path.name for path in (job.output / "runs").iterdir()}
    before = files_below(job.output / "runs")
    assert build(job).code == 0
    assert files_below(job.output / "runs") == before
    next_month(job)
    assert build(job).code == 0
    after = files_below(job.output / "runs")
    private = files_below(job.output / "private")
    assert build(job).code == 0
    assert files_below(job.output / "runs") == after
    assert files_below(job.output / "private") == private
    assert len({path.name for path in (job.output / "runs").iterdir()}) == len(runs) + 1


def test_names_that_people_gave_stay(job: Files) -> None:
    registry = job.output / "segments.toml"
    text = registry.read_text("utf-8")
    text = text.replace('name = ""', 'name = "The quiet ones"', 1).replace('note = ""', 'note = "Ask Kim first."', 1)
    registry.write_text(text, "utf-8")
    assert build(job).code == 0
    assert latest(job)["segments"][1]["name"] == "The quiet ones"
    assert latest(job)["changes"] is None  # the same data: the same issue, with another name
    next_month(job)
    assert build(job).code == 0
    assert latest(job)["segments"][1]["name"] == "The quiet ones"
    assert "The quiet ones" in (job.latest / "site" / "index.html").read_text("utf-8")
    page = (job.latest / "site" / "segment-1.html").read_text("utf-8")
    assert "Ask Kim first." in page
    assert "Since issue 1 its share of the population" in page
    assert "Ask Kim first." not in (job.latest / "site" / "segment-2.html").read_text("utf-8")
    assert 'name = "The quiet ones"' in registry.read_text("utf-8")


def test_another_title_is_the_same_issue_once_more(job: Files) -> None:
    next_month(job)
    assert build(job).code == 0
    before = latest(job)
    assert build(job, "--title", "Another").code == 0
    after = latest(job)
    assert after["provenance"]["run"] != before["provenance"]["run"]
    assert after["changes"]["now"]["issue"] == before["changes"]["now"]["issue"] == 2
    assert after["changes"]["before"] == before["changes"]["before"]
    assert after["segments"] == before["segments"]


def test_a_refit_is_never_taken_for_nothing_changed(job: Files) -> None:
    first = latest(job)["provenance"]["run"]
    done = build(job, "--refit")
    assert "nothing has changed" not in done.err
    assert (latest(job)["provenance"]["previous"], latest(job)["changes"]["model"]) == (first, "refitted")
    assert "nothing has changed" in build(job, "--refit").err
    assert "nothing has changed" in build(job).err  # what the refit made stays
    registry = job.output / "segments.toml"
    registry.write_text(registry.read_text("utf-8").replace('note = ""', 'note = "Look twice."', 1), "utf-8")
    assert "nothing has changed" not in build(job, "--refit").err
    assert "nothing has changed" in build(job, "--refit").err


def test_a_broken_registry_stops_the_build(job: Files) -> None:
    (job.output / "segments.toml").write_text("[[segment]]\nid = true\n")
    done = build(job)
    assert done.code == 1
    assert "segments.toml: segment 1: id is not usable" in done.err


def test_a_refit_keeps_the_ids_of_segments_that_are_the_same(job: Files) -> None:
    before = latest(job)
    next_month(job)
    assert build(job, "--refit").code == 0
    after = latest(job)
    assert (after["changes"]["model"], after["changes"]["refit_reason"]) == ("refitted", "it was asked for")
    assert after["provenance"]["model_from"] == ""
    kept = {s["id"]: s for s in after["changes"]["segments"] if s["fate"] == "kept"}
    assert kept.keys() == {0, 1, 2, 3}
    assert min(s["match"] for s in kept.values()) > 0.8
    assert [s["letter"] for s in after["segments"]] == [s["letter"] for s in before["segments"]]
    assert [s["name"] for s in after["segments"]] == [s["name"] for s in before["segments"]]


def test_fewer_segments_leave_a_gap_in_the_letters_and_all_pages_hold(job: Files) -> None:
    next_month(job)
    assert run(*job.build(), "--k", "2").code == 0
    after = latest(job)
    changes = after["changes"]
    assert changes["refit_reason"] == "analysis.k is 2 now and was 3"
    ids = [s["id"] for s in after["segments"]]
    assert len(ids) == 3
    assert ids != [0, 1, 2] or any(s["fate"] != "kept" for s in changes["segments"])
    pages = {path.stem for path in (job.latest / "site").glob("segment-*.html")}
    assert pages == {f"segment-{s['id']}" for s in after["segments"] if s["population"]["count"]}
    assert run("verify", job.latest).code == 0
    assert {s["fate"] for s in changes["segments"]} & {"merged", "died", "split"}
    assert set(after["recommendation"]["write_to"]) <= set(ids)
    rows = pq.read_table(job.output / "private" / job.latest.resolve().name / "assignments.parquet")
    assert set(rows.column("segment").to_pylist()) == {s["id"] for s in after["segments"] if s["population"]["count"]}
    registry = (job.output / "segments.toml").read_text("utf-8")
    assert registry.count("[[segment]]") >= 3
    next_month(job, one_less)
    assert run(*job.build(), "--k", "2").code == 0  # frozen again, on segments with a gap
    assert [s["id"] for s in latest(job)["segments"]] == ids
    assert latest(job)["changes"]["migration"]["stayed"] == 1.0


def one_less(pair: Pair) -> None:
    pair.population.pop()


def no_cars(pair: Pair) -> None:
    """Make a code vanish and another appear."""
    home = pair.head.index("home")
    for row in pair.population + pair.customers:
        if row[home] == "couple":
            row[home] = "commune"


def test_codes_that_come_and_go_are_named(job: Files) -> None:
    next_month(job, no_cars)
    assert build(job).code == 0
    changes = latest(job)["changes"]
    home = next(feature for feature in changes["features"] if feature["name"] == "home")
    assert (home["new_codes"], home["vanished_codes"]) == (["commune"], ["couple"])
    assert home["population"]["alarm"]
    assert any("Household" in alarm for alarm in changes["alarms"])
    assert changes["unknown_share"] > 0.2
    page = (job.latest / "site" / "changes.html").read_text("utf-8")
    assert "commune" in page


def a_listed_newcomer(pair: Pair) -> None:
    """Give a tenth of the people a code that the dictionary lists by now and the kept segments never met."""
    pair.labels["home"] = (*pair.labels["home"], "commune a commune")
    home = pair.head.index("home")
    for row in pair.population[::10]:
        row[home] = "commune"


def test_a_code_for_which_kept_segments_have_no_place_is_unknown_until_they_are_built_anew(job: Files) -> None:
    next_month(job, a_listed_newcomer)
    done = build(job)
    assert done.code == 0
    told = 'home: code commune is new since the segments were built: counted, shown as "other"'
    assert told in done.err
    found = latest(job)
    home = next(column for column in found["quality"]["columns"] if column["name"] == "home")
    assert home["unknown_codes"] == 87
    assert found["changes"]["unknown_share"] == pytest.approx(87 / 870)
    levels = next(feature for feature in found["features"] if feature["name"] == "home")["levels"]
    assert [level["code"] for level in levels][-1] == "other"
    assert "commune" not in [level["code"] for level in levels]
    page = (job.latest / "site" / "data.html").read_text("utf-8")
    assert "one code is new since the segments were built" in page
    assert "commune" not in page

    done = build(job, "--refit")
    assert done.code == 0
    assert "is new since the segments were built" not in done.err
    found = latest(job)
    levels = next(feature for feature in found["features"] if feature["name"] == "home")["levels"]
    assert "commune" in [level["code"] for level in levels]


def test_new_codes_trigger_a_refit_that_knows_them(job: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_REFIT_ON", "unknown")
    next_month(job, a_listed_newcomer)
    assert build(job).code == 0
    found = latest(job)
    assert "unknown codes in 10.0" in found["changes"]["refit_reason"]
    home = next(column for column in found["quality"]["columns"] if column["name"] == "home")
    assert home["unknown_codes"] == 0


def test_a_feature_that_came_and_one_that_went_are_told(job: Files) -> None:
    def with_dogs(pair: Pair) -> None:
        pair.features["dog"] = "dog;household;binary;[];Owns a dog;"
        pair.labels["dog"] = ("y yes", "n no")
        pair.head.append("dog")
        pair.customer_head.append("dog")
        for place, row in enumerate(pair.population + pair.customers):
            row.append("yn"[place % 2])

    next_month(job, with_dogs)
    assert build(job).code == 0
    told = "New feature: Owns a dog. The segments, which are kept, do not use it."
    assert told in latest(job)["changes"]["notes"]
    next_month(job)
    assert build(job).code == 0
    assert "Feature no longer in the report: Owns a dog." in latest(job)["changes"]["notes"]


def test_names_never_end_up_on_other_segments(job: Files) -> None:
    registry = job.output / "segments.toml"
    registry.write_text(registry.read_text("utf-8").replace('name = ""', 'name = "The quiet ones"', 1), "utf-8")
    next_month(job)
    assert build(job).code == 0
    shutil.rmtree(job.output / "private" / latest(job)["provenance"]["previous"])
    done = build(job, "--title", "Another")
    assert "notice: names and notes of segments that are gone are kept in segments.toml.old" in done.err
    assert "The quiet ones" not in [segment["name"] for segment in latest(job)["segments"]]
    assert 'name = "The quiet ones"' in (job.output / "segments.toml.old").read_text("utf-8")


@pytest.mark.parametrize("how", ["setting", "lost"])
def test_never_means_never(job: Files, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_REFIT_ON", "never")
    before = job.latest.resolve()
    next_month(job)
    if how == "lost":
        shutil.rmtree(job.output / "private" / before.name)
    done = run(*job.build(), "--k", "3" if how == "lost" else "2")
    assert done.code == 1
    assert "the segments of the issue before cannot be kept: " in done.err
    assert job.latest.resolve() == before
    assert run(*job.build(), "--k", "3", "--refit").code == 0


def test_a_run_that_cannot_be_continued_is_said_aloud(job: Files) -> None:
    name = job.latest.resolve().name
    shutil.rmtree(job.output / "private" / name)
    next_month(job)
    done = build(job)
    assert done.code == 0
    assert f"notice: run {name} cannot be continued, its private files are gone or of another version" in done.err
    assert latest(job)["changes"] is None


@pytest.mark.parametrize(("trigger", "said"), [("psi", "drifted by more than 0.25"), ("unknown", "unknown codes")])
def test_a_configured_trigger_builds_segments_anew(
    job: Files, trigger: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTGEN_REFIT_ON", f"schema, {trigger}")
    next_month(job)
    assert build(job).code == 0
    assert latest(job)["changes"]["model"] == "frozen"
    next_month(job, no_cars)
    assert build(job).code == 0
    changes = latest(job)["changes"]
    assert changes["model"] == "refitted"
    assert said in changes["refit_reason"]


def without(column: str) -> Callable[[Pair], None]:
    def change(pair: Pair) -> None:
        at = pair.head.index(column)
        for row in [pair.head, pair.customer_head, *pair.population, *pair.customers]:
            del row[at]
        del pair.features[column]
        pair.labels.pop(column, None)

    return change


def test_files_that_no_longer_fit_lead_to_a_refit(job: Files) -> None:
    next_month(job, without("rural"))
    done = build(job)
    assert "notice: the segments are built anew: column rural is gone" in done.err
    changes = latest(job)["changes"]
    assert (changes["model"], changes["refit_reason"]) == (
        "refitted",
        "column rural is gone from the files or the dictionary",
    )
    assert {s["fate"] for s in changes["segments"]} == {"kept"}  # known again by their centroids


def test_or_to_an_error_where_that_was_not_wanted(job: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTGEN_REFIT_ON", "never")
    next_month(job, without("rural"))
    done = build(job)
    assert done.code == 1
    assert "the files no longer fit the segments of the last issue: column rural is gone" in done.err
    assert build(job, "--refit").code == 0


def with_few_of_one_segment(job: Files) -> Callable[[Pair], None]:
    """Leave four customers of the segment that has fewest."""
    told = pq.read_table(job.output / "private" / job.latest.resolve().name / "assignments.parquet").to_pylist()
    theirs = [(row["id"], row["segment"]) for row in told if row["source"] == "customers" and row["segment"]]
    sizes = Counter(segment for _, segment in theirs)
    thin = min(sizes, key=lambda segment: sizes[segment])
    gone = {name for name, segment in theirs if segment == thin}
    gone -= set(sorted(gone)[:4])

    def change(pair: Pair) -> None:
        at = pair.customer_head.index("LNR")
        pair.customers = [row for row in pair.customers if row[at] not in gone]

    return change


def test_a_segment_that_has_become_too_small_is_said_aloud(job: Files) -> None:
    next_month(job, with_few_of_one_segment(job))
    done = build(job)
    assert done.code == 0
    reason = "a segment would hold fewer than 10 people or customers"
    assert f"notice: the segments are built anew: {reason}" in done.err
    assert latest(job)["changes"]["refit_reason"] == reason


def test_or_stops_the_build_where_other_segments_are_not_wanted(job: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_below(job.output / "runs")
    next_month(job, with_few_of_one_segment(job))
    monkeypatch.setenv("REPORTGEN_REFIT_ON", "never")
    done = build(job)
    assert done.code == 1
    assert "the segments of the issue before cannot be kept: a segment would hold fewer than 10" in done.err
    assert files_below(job.output / "runs") == before


def test_names_are_put_aside_under_a_name_of_their_own(job: Files) -> None:
    registry = job.output / "segments.toml"
    for told in ("Savers", "Spenders"):
        registry.write_text(registry.read_text("utf-8").replace('name = ""', f'name = "{told}"', 1), "utf-8")
        shutil.rmtree(job.output / "runs")
        assert build(job, "--force").code == 0
    aside = sorted(path.name for path in job.output.glob("segments.toml.old*"))
    assert aside == ["segments.toml.old", "segments.toml.old2"]


def test_a_damaged_model_leads_to_a_refit(job: Files) -> None:
    (job.output / "private" / job.latest.resolve().name / "model" / "arrays.npz").write_bytes(b"x")
    next_month(job)
    assert build(job).code == 0
    assert latest(job)["changes"]["refit_reason"] == "the stored model cannot be read"


def test_a_gated_run_is_kept_apart_and_the_next_follows_the_last_good_one(job: Files) -> None:
    good = job.latest.resolve().name
    registry = (job.output / "segments.toml").read_bytes()
    next_month(job, no_cars)
    done = build(job, "--fail-on", "drift>0.25, unknown>0.9")
    assert done.code == 3
    gated = Path(done.last_line).parents[1]
    assert job.latest.resolve().name == good
    assert (job.output / "segments.toml").read_bytes() == registry
    assert re.search(r"gate failed: Drift .* is \d", done.err)
    found = read_analysis(gated)
    assert [(gate["rule"], gate["failed"]) for gate in found["gates"]] == [("drift>0.25", True), ("unknown>0.9", False)]
    page = (gated / "site" / "index.html").read_text("utf-8")
    assert "A gate failed, so this run is not the latest issue: Drift" in page
    share = job.folder / "share"
    assert run("publish", share, "--run", gated).code == 1
    assert not share.exists()
    assert run("publish", share, "--run", gated, "--force").code == 3
    next_month(job)
    assert build(job).code == 0
    assert latest(job)["provenance"]["previous"] == good


def test_gates_of_the_first_issue(tmp_path: Path) -> None:
    files = make_pair(people=900, customers=240).write(tmp_path / "job")
    done = run(*files.build(), "--k", "3", "--fail-on", "drift>0.25, agreement<0.8, missing>0.1, k>2, stability<0.01")
    assert done.code == 3
    gates = {gate["rule"]: gate for gate in read_analysis(Path(done.last_line).parents[1])["gates"]}
    assert [rule for rule, gate in gates.items() if gate["failed"]] == ["k>2"]
    assert gates["drift>0.25"]["value"] is None
    assert "no earlier issue" in gates["drift>0.25"]["sentence"]
    assert not (files.output / "latest.json").exists()


@pytest.mark.parametrize("rules", ["drift", "drift=1", "drfit>1", "drift>x"])
def test_wrong_rules_are_told(job: Files, rules: str) -> None:
    done = build(job, "--fail-on", rules)
    assert done.code == 1
    assert f'gates.fail_on = "{rules}" (--fail-on): needs rules' in done.err


def test_compare_says_the_same_for_any_two_runs(job: Files) -> None:
    before = job.latest.resolve()
    next_month(job, no_cars)
    assert build(job, "--refit").code == 0
    told = run("compare", before, job.latest, "--json")
    assert (told.code, told.err) == (0, "")
    changes, own = json.loads(told.out), latest(job)["changes"]
    assert changes["features"][0]["name"] == own["features"][0]["name"] == "home"
    for key in ("migration", "population_now", "customer_segment_shift", "recommendation"):
        assert changes[key] == own[key], key
    shown = run("compare", before, job.latest)
    assert shown.code == 0
    assert "alarm" in shown.out
    assert before.name in shown.out
    (job.output / "private").rename(job.folder / "away")
    told = run("compare", before, job.latest.resolve(), "--json")
    changes = json.loads(told.out)
    assert (changes["features"], changes["migration"]) == ([], None)
    assert "not at hand" in changes["migration_reason"]
    assert "Features cannot be compared" in run("compare", before, job.latest.resolve()).out


def test_compare_calls_kept_segments_kept(job: Files) -> None:
    before = job.latest.resolve()
    next_month(job)
    assert build(job).code == 0
    changes = json.loads(run("compare", before, job.latest, "--json").out)
    assert changes["model"] == latest(job)["changes"]["model"] == "frozen"
    assert changes["segments"] == latest(job)["changes"]["segments"]


@pytest.mark.parametrize("broken", ["{}", "not json"])
def test_compare_needs_two_readable_runs(job: Files, broken: str) -> None:
    assert run("compare", job.latest, "nowhere").code == 1
    (job.latest / "analysis.json").write_text(broken)
    done = run("compare", job.latest, job.latest)
    assert done.code == 1
    assert "analysis.json cannot be read" in done.err


def test_an_issue_before_that_cannot_be_read_is_no_issue_before(job: Files) -> None:
    (job.latest / "analysis.json").write_text("{}")
    next_month(job)
    assert build(job).code == 0
    assert latest(job)["changes"] is None
    assert (job.output / "segments.toml.old").exists()
