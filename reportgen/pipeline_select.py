"""``reportgen select``: the people of a mailing in rank order, with its hold-out and a receipt.

Whoever must not be written to is left out before anything is counted. What is left is ranked by the individual index
where the run trusts it, else by segment and at random within each.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from reportgen.analysis.economics import DEFAULT_COST, affordable
from reportgen.analysis.saved_model import SavedModel, load_model
from reportgen.analysis.score_rows import contains
from reportgen.engine.sampling import mix_hash
from reportgen.errors import ConfigError, InputError
from reportgen.ingest.mailing import read_id_list
from reportgen.pipeline_files import is_parquet, people_file, personal_note, write_private_text
from reportgen.pipeline_people import People, read_people
from reportgen.pipeline_score import disarmed_note, segment_names
from reportgen.report.run_folder import RunFolder, find_run

_SCHEMA = pa.schema([("id", pa.string())])
_TIES, _HOLDOUT = 0x71E5, 0x401D  # streams of the draws
_BATCH = 100_000


@dataclass(frozen=True)
class Wish:
    """What a mailing is to be.

    Attributes
    ----------
    count
        People to write to, net of the hold-out.
    budget
        Money for pieces.
    segments
        Letters of the segments to take people from; empty takes all placed ones. ``0``, the low-information records,
        is taken only when it is named.
    exclude
        Files of ids that must not be written to.
    holdout
        Share of the chosen people who are left out for comparison, from 0 to below 1.
    include_customers
        Whether current customers may be written to.
    """

    count: int | None = None
    budget: float | None = None
    segments: tuple[str, ...] = ()
    exclude: tuple[Path, ...] = ()
    holdout: float = 0.0
    include_customers: bool = False


@dataclass(frozen=True)
class SelectResult:
    """What was written.

    Attributes
    ----------
    path, holdout_path, receipt_path
        The mailing, the people left out for comparison (None without any), and the receipt.
    receipt
        Content of the receipt.
    notes
        What the caller should be told, in full sentences.
    """

    path: Path
    holdout_path: Path | None
    receipt_path: Path
    receipt: Mapping[str, Any]
    notes: tuple[str, ...]


@dataclass
class _Count:
    """People at each step, told in the receipt."""

    population: int = 0
    objections_listed: int = 0
    objections_found: int = 0
    customers_left_out: int | None = None
    low_information_left_out: int = 0
    other_segments_left_out: int = 0
    eligible: int = 0
    chosen: int = 0
    holdout: int = 0
    mailed: int = 0
    by_segment: dict[str, int] = field(default_factory=dict)


def select_people(run: Path, wish: Wish, target: Path, threads: int = 1) -> SelectResult:
    """Choose people of the population and write their ids in rank order.

    Parameters
    ----------
    run
        A run such as ``output/latest``.
    wish
        How many, of whom, without whom.
    target
        A .csv or .parquet file; ``<name>-holdout`` and ``<name>-receipt.json`` are written beside it.
    threads
        Blocks scored at a time; the result does not depend on it.

    Raises
    ------
    ReportgenError
        If the run, the population file or a list cannot be used, or nobody is left; nothing is written.
    """
    is_parquet(target)
    found = find_run(run)
    model = load_model(found.model)
    manifest = found.manifest()
    letters = _letters(wish.segments, model)
    pieces = _pieces(wish, manifest)
    objections = [read_id_list(path, model.id_column) for path in wish.exclude]
    if wish.exclude and not model.id_column:
        raise ConfigError(
            "--exclude: the run has no id column, so nobody of a list can be recognised",
            "Build the report with --id COLUMN.",
        )
    with threadpool_limits(1):
        people = read_people(found, model, manifest, threads)
    count = _Count(population=len(people.segments))
    allowed = _allowed(people, objections, letters, wish, manifest, count)
    seed = int(manifest["seed"])
    ranked = _ranked(people, allowed, seed, _places_by_index(found, model), by_index=model.trusted)
    mailed, holdout = _cut(people, ranked, pieces, wish.holdout, seed)
    count.eligible, count.chosen = len(ranked), len(mailed) + len(holdout)
    count.mailed, count.holdout = len(mailed), len(holdout)
    names = segment_names(model)
    sizes = np.bincount(people.segments[mailed], minlength=len(names))
    count.by_segment = {str(names[at]): int(size) for at, size in enumerate(sizes) if size}
    return _write(found, model, people, mailed, holdout, wish, count, pieces, target, seed)


def _letters(wanted: Sequence[str], model: SavedModel) -> frozenset[int]:
    """Return segments by letter; all placed ones when none is named."""
    known = {str(name): at for at, name in enumerate(segment_names(model))}
    strangers = [letter for letter in wanted if letter.upper() not in known]
    if strangers:
        raise ConfigError(
            f"--segments {', '.join(strangers)}: no such segment",
            f"The run has the segments {', '.join(list(known)[1:])}, and 0 for low-information records.",
        )
    if not wanted:
        return frozenset(range(1, model.segments + 1))
    return frozenset(known[letter.upper()] for letter in wanted)


def _pieces(wish: Wish, manifest: Mapping[str, Any]) -> int | None:
    """Return the most pieces; None when neither number nor budget is given."""
    if wish.budget is None:
        return wish.count
    pieces = affordable(wish.budget, cost_per_piece(manifest))
    if pieces < 1:
        raise ConfigError(f"--budget {wish.budget:g} does not pay for one piece", "Give a larger one.")
    return pieces


def cost_per_piece(manifest: Mapping[str, Any]) -> float:
    """Return what a piece costs by the settings of a run, else what the report assumes."""
    given = manifest["config"].get("campaign.cost_per_piece", "")
    return float(given) if given else DEFAULT_COST


def _allowed(
    people: People,
    objections: Sequence[NDArray[np.uint64]],
    segments: frozenset[int],
    wish: Wish,
    manifest: Mapping[str, Any],
    count: _Count,
) -> NDArray[np.bool_]:
    """Return who may be written to, and count those who may not, each once: objections, customers, segments."""
    allowed = np.ones(len(people.segments), dtype=np.bool_)
    if objections:
        listed = np.unique(np.concatenate(objections))
        objecting = contains(listed, people.hashes)
        count.objections_listed, count.objections_found = len(listed), int(objecting.sum())
        allowed &= ~objecting
    keep_customers = wish.include_customers or manifest["config"].get("campaign.include_customers") == "True"
    if keep_customers:
        count.customers_left_out = 0
    elif people.customer is not None:
        count.customers_left_out = int((allowed & people.customer).sum())
        allowed &= ~people.customer
    low = allowed & (people.segments == 0)
    other = allowed & (people.segments > 0) & ~np.isin(people.segments, list(segments))
    if 0 not in segments:
        count.low_information_left_out = int(low.sum())
        allowed &= ~low
    count.other_segments_left_out = int(other.sum())
    allowed &= ~other
    if not allowed.any():
        raise InputError("nobody is left to write to", "Name more segments, or look at the lists of --exclude.")
    return allowed


def _places_by_index(found: RunFolder, model: SavedModel) -> NDArray[np.int64]:
    """Return the rank of each segment 0..k by falling index in the run; low-information records come last.

    Segments that are kept from issue to issue need not be in that order.
    """
    analysis = json.loads((found.folder / "analysis.json").read_text("utf-8"))
    order = [row["segment"] for row in analysis["campaign"]["plan"]["rows"]]
    rank = {known: at for at, known in enumerate(order)}
    return np.array([len(order), *(rank[known] for known in model.ids)], dtype=np.int64)


def _ranked(
    people: People, allowed: NDArray[np.bool_], seed: int, ranks: NDArray[np.int64], *, by_index: bool
) -> NDArray[np.intp]:
    """Return the rows of those who may be written to, in rank order; ties in an order drawn by seed."""
    rows = np.flatnonzero(allowed)
    drawn = mix_hash(people.hashes[rows], seed + _TIES)
    if by_index and people.index is not None:
        order = np.lexsort((drawn, -people.index[rows]))
    else:
        order = np.lexsort((drawn, ranks[people.segments[rows]]))
    return rows[order]


def _cut(
    people: People, ranked: NDArray[np.intp], pieces: int | None, share: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Take the first people, and draw the hold-out among them; both stay in rank order."""
    chosen = ranked if pieces is None else ranked[: round(pieces / (1.0 - share))]
    left_out = round(len(chosen) * share)
    drawn = mix_hash(people.hashes[chosen], seed + _HOLDOUT)
    held = np.zeros(len(chosen), dtype=np.bool_)
    held[np.argsort(drawn, kind="stable")[:left_out]] = True
    return chosen[~held], chosen[held]


def _write(
    found: RunFolder,
    model: SavedModel,
    people: People,
    mailed: NDArray[np.intp],
    holdout: NDArray[np.intp],
    wish: Wish,
    count: _Count,
    pieces: int | None,
    target: Path,
    seed: int,
) -> SelectResult:
    """Write the files, the receipt last, and say what there is to say."""
    beside = target.with_name(f"{target.stem}-holdout{target.suffix}") if len(holdout) else None
    disarmed = _write_ids(target, people, mailed)
    if beside is not None:
        disarmed += _write_ids(beside, people, holdout)
    by_index = model.trusted and people.index is not None
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (target, beside) if path is not None}
    receipt = {
        "run": found.run,
        "order": "individual index" if by_index else "segments, at random within each",
        "asked": {
            "count": wish.count,
            "budget": wish.budget,
            "segments": list(wish.segments),
            "exclude": [path.name for path in wish.exclude],
            "holdout": wish.holdout,
            "include_customers": wish.include_customers,
        },
        "people": vars(count),
        "index": _index_range(people, mailed),
        "seed": seed,
        "sha256": files,
    }
    place = target.with_name(f"{target.stem}-receipt.json")
    write_private_text(place, json.dumps(receipt, ensure_ascii=False, indent=1) + "\n")
    return SelectResult(target, beside, place, receipt, _notes(target, beside, count, pieces, model, disarmed))


def _write_ids(target: Path, people: People, rows: NDArray[np.intp]) -> int:
    with people_file(target, _SCHEMA) as writer:
        for start in range(0, max(len(rows), 1), _BATCH):
            writer.write([people.ids.take(pa.array(rows[start : start + _BATCH])).combine_chunks()])
    return writer.disarmed


def _index_range(people: People, rows: NDArray[np.intp]) -> dict[str, float] | None:
    if people.index is None or not len(rows):
        return None
    index = people.index[rows]
    return {"lowest": round(float(index.min()), 2), "mean": round(float(index.mean()), 2)}


def _notes(
    target: Path, beside: Path | None, count: _Count, pieces: int | None, model: SavedModel, disarmed: int
) -> tuple[str, ...]:
    notes = [personal_note(target, beside) if beside else personal_note(target)]
    if pieces is not None and count.mailed < pieces:
        notes.append(f"Only {count.mailed:,} people could be chosen, fewer than the {pieces:,} asked for.")
    if count.customers_left_out is None:
        notes.append("Current customers cannot be recognised in the population, so some may be among these people.")
    if not model.trusted:
        notes.append("The order follows the segments, at random within each: the run does not trust its ranking.")
    if disarmed:
        notes.append(disarmed_note(disarmed))
    return tuple(notes)
