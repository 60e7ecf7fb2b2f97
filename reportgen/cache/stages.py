"""Results that are kept: a stage is a pure function, and its result is kept under the hash of all its arguments.

There is no list of what a stage depends on, which could be wrong: it depends on what it is given. So a changed setting
that leads to the same arguments costs nothing, and a changed argument can never meet an old result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar, get_args, get_type_hints

from reportgen.cache.folder import CacheFolder
from reportgen.cache.packing import digest, pack, unpack

_Arguments = ParamSpec("_Arguments")
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def _silent(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True)
class Stages:
    """Runs stages, and keeps their results if there is a cache.

    Attributes
    ----------
    cache
        Where results are kept; None keeps nothing.
    code
        Version of the code that stages depend on.
    on_reuse
        Told the name of each stage whose result was there.
    """

    cache: CacheFolder | None = None
    code: str = ""
    on_reuse: Callable[[str], None] = _silent

    def run(
        self, stage: Callable[_Arguments, _Result], *arguments: _Arguments.args, **named: _Arguments.kwargs
    ) -> _Result:
        """Return ``stage(*arguments, **named)``, from the cache if it is there.

        Parameters
        ----------
        stage
            A pure function of arguments that `pack` takes, with an annotated result that `unpack` gives back. Threads
            and engines must not matter for its result.

        Notes
        -----
        A fresh result is packed and unpacked too, cache or not: further steps see the same bytes in the same layout.
        """
        kind: type[_Result] = get_type_hints(stage)["return"]
        kept = self._look_up(stage, arguments, named)
        if kept.content is None:
            kept.content = self._keep(kept, pack(stage(*arguments, **named)))
        return unpack(kind, kept.content)

    def run_each(
        self,
        stage: Callable[Concatenate[Sequence[_Item], _Arguments], tuple[_Result, ...]],
        items: Sequence[_Item],
        *arguments: _Arguments.args,
        **named: _Arguments.kwargs,
    ) -> tuple[_Result, ...]:
        """Return ``stage(items, *arguments, **named)``, where the result of each item is kept on its own.

        Parameters
        ----------
        stage
            As in `run`. It returns one result per item, in their order, and none may depend on the other items: it is
            given those alone whose result is not there.
        """
        (kind, _) = get_args(get_type_hints(stage)["return"])
        shared = "" if self.cache is None else digest(arguments, named)
        found = [self._look_up(stage, item, shared) for item in items]
        missing = [item for item, kept in zip(items, found, strict=True) if kept.content is None]
        if missing:
            fresh = iter(stage(missing, *arguments, **named))
            for kept in found:
                if kept.content is None:
                    kept.content = self._keep(kept, pack(next(fresh)))
        return tuple(unpack(kind, kept.content or b"") for kept in found)

    def _look_up(self, stage: Callable[..., object], *given: object) -> _Kept:
        """Return the key of a result, and what is kept under it."""
        name = stage.__name__.strip("_")
        if self.cache is None:
            return _Kept(name, "", None)
        key = digest(stage.__module__, stage.__qualname__, *given)
        kept = _Kept(f"{name}-{key[:16]}", key, None)
        kept.content = self.cache.read_stage(kept.file, self.code, key)
        if kept.content is not None:
            self.on_reuse(name)
        return kept

    def _keep(self, place: _Kept, content: bytes) -> bytes:
        """Keep a fresh result."""
        if self.cache is not None:
            self.cache.write_stage(place.file, self.code, place.key, content)
        return content


@dataclass
class _Kept:
    """Where the result of one stage is kept, and its bytes if they are there."""

    file: str
    key: str
    content: bytes | None


UNKEPT = Stages()
