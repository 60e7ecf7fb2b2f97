"""Reads that are kept: the blocks of one file and what was found in it, under the hash of all that they depend on."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from reportgen.cache.folder import CacheFolder, Entry
from reportgen.cache.packing import digest, pack, unpack
from reportgen.dictionary import FeatureDictionary
from reportgen.ingest import table
from reportgen.ingest.block_files import Block, block_name
from reportgen.ingest.columns import CodesState
from reportgen.ingest.parts import Openers, open_input
from reportgen.ingest.reader import Reader, ReadOptions
from reportgen.ingest.reading import WrittenSide
from reportgen.ingest.source import Part, Source
from reportgen.ingest.table import SideName, UndeclaredColumn
from reportgen.inputs import SeenFile, combined_sha256, hash_files, parts_of

_STATE = "state"


@dataclass(frozen=True)
class KeptRead:
    """What was found in a file, beside its blocks.

    Attributes
    ----------
    encoding, delimiter, part_rows
        How it is written, and the rows of each part; empty for a single file.
    blocks
        File names by side, in row order; the population's too where the customers moved its raw codes.
    rows
        By side.
    state
        Of all columns after this file.
    undeclared
        Columns that the dictionary does not name.
    overlap
        Customers in the population by id; None when that was not or could not be counted.
    """

    encoding: str
    delimiter: str
    part_rows: tuple[int, ...]
    blocks: Mapping[SideName, tuple[str, ...]]
    rows: Mapping[SideName, int]
    state: CodesState
    undeclared: tuple[UndeclaredColumn, ...]
    overlap: int | None

    def sides(self, folder: Path) -> dict[SideName, WrittenSide]:
        """Return the blocks where they were taken out to."""
        return {
            side: WrittenSide(tuple(folder / name for name in names), self.rows[side])
            for side, names in self.blocks.items()
        }


@dataclass(frozen=True)
class BlockCache:
    """Where reads are kept.

    Attributes
    ----------
    folder
        The cache.
    code
        Version of the code that reads files.
    known
        Input files whose hash is known if they are unchanged.
    always_hash
        Read all of a file for its hash, even if it looks unchanged.
    """

    folder: CacheFolder
    code: str
    known: tuple[SeenFile, ...] = ()
    always_hash: bool = False


class Inlet:
    """One input of a build: taken from the cache, or opened and read.

    Parameters
    ----------
    side
        ``population``, also for a file that holds both sides, or ``customers``.
    path, options
        The input, and how it is written.
    dictionary
        Declared features.
    where
        Column and value that mark the customers in it.
    cache
        None reads everything.
    openers
        Opens files, see `open_input`.

    Raises
    ------
    InputError
        If it has to be opened and cannot be.
    """

    def __init__(
        self,
        side: SideName,
        path: Path,
        options: ReadOptions,
        dictionary: FeatureDictionary,
        where: tuple[str, str] | None,
        cache: BlockCache | None,
        openers: Openers = map,
    ) -> None:
        self._openers = openers
        self.side, self.path, self._options, self._cache = side, path, options, cache
        self._seen: tuple[SeenFile, ...] = ()
        self.not_an_id = ""  # column that was taken for the id before this input was found to repeat it
        self._fields = {
            "options": json.dumps([options.delimiter, options.decimal, options.encoding, options.sheet]),
            "dictionary": dictionary.sha256,
            "where": json.dumps(where),
            "block rows": str(table.BLOCK_ROWS),
        }
        self._entries = self._find()
        self.names: tuple[str, ...] = (
            tuple(json.loads(self._entries[0].head.fields["names"])) if self._entries else self.reader.names
        )

    @property
    def nested(self) -> Mapping[str, str]:
        """What each column holds that holds no single values; nothing of a read that is kept, which was not refused."""
        return {} if self._entries else self.reader.nested

    @cached_property
    def reader(self) -> Reader:
        """The opened input."""
        return open_input(self.path, self._options, self._openers)

    def take(self, folder: Path, **more: str) -> tuple[KeptRead, Mapping[str, str]] | None:
        """Take the blocks of an earlier read into a folder.

        Parameters
        ----------
        folder
            Existing directory.
        more
            What the read depends on besides the file and its options.

        Returns
        -------
        (KeptRead, mapping) or None
            What was found, and the hash of each block; None if there is no such read that can be trusted.
        """
        for entry in self._entries:
            if self._cache is None or any(entry.head.fields.get(name) != value for name, value in more.items()):
                continue
            if self._cache.folder.take(entry, folder):
                state = folder / _STATE
                try:
                    kept: KeptRead = unpack(KeptRead, state.read_bytes())
                finally:
                    state.unlink()
                return kept, entry.head.files
        return None

    def put(self, kept: KeptRead, blocks: Sequence[Block], **more: str) -> Mapping[str, str]:
        """Keep a read.

        Parameters
        ----------
        kept, blocks
            What was found, and the block files.
        more
            What the read depends on besides the file and its options.

        Returns
        -------
        mapping
            Hash of each block, and of what was found; empty without a cache.
        """
        if self._cache is None:
            return {}
        inputs = "\n".join(seen.sha256 for seen in self.reader.source.files)
        fields = {
            **self._fields, "inputs": inputs, "names": json.dumps(self.names), "not an id": self.not_an_id, **more,
        }  # fmt: skip
        files = [block for block in blocks if isinstance(block, Path)]
        state = files[0].parent / _STATE
        state.write_bytes(pack(kept))
        try:
            return self._cache.folder.put(self.side, self._cache.code, fields, [*files, state]).files
        finally:
            state.unlink()

    def refuses_as_id(self, column: str) -> bool:
        """Tell whether an earlier read found that a column repeats itself and is no id."""
        return any(entry.head.fields.get("not an id") == column for entry in self._entries)

    def source(self, kept: KeptRead) -> Source:
        """Return where the rows of an earlier read come from today: names and times may be other ones."""
        sizes = [seen.stamp.size for seen in self._seen]
        parts = (
            Part(Path(seen.path).name, rows, seen.stamp.size, seen.sha256)
            for seen, rows in zip(self._seen, kept.part_rows, strict=False)
        )
        return Source(
            self.path.name,
            sum(sizes),
            combined_sha256([seen.sha256 for seen in self._seen]),
            max(seen.stamp.mtime_ns for seen in self._seen) // 10**9,
            kept.encoding,
            kept.delimiter,
            tuple(parts),
            self._seen,
        )

    def _find(self) -> list[Entry]:
        """Return the earlier reads of the same bytes."""
        if self._cache is None or not self._cache.folder.holds(self.side):
            return []
        try:
            self._seen = hash_files(parts_of(self.path), self._cache.known, always=self._cache.always_hash)
        except OSError:
            return []  # the reader says what is wrong
        inputs = "\n".join(seen.sha256 for seen in self._seen)
        return self._cache.folder.find(self.side, self._cache.code, {**self._fields, "inputs": inputs})


def blocks_digest(blocks: Iterable[Block], hashes: Mapping[str, str]) -> str:
    """Return one hash for the content of some blocks; empty when theirs are not known."""
    return digest([hashes[block_name(block)] for block in blocks]) if hashes else ""
