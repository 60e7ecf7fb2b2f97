"""Results that are kept: a stage is a pure function, and its result is kept under the hash of all its arguments.

There is no list of what a stage depends on, which could be wrong: it depends on what it is given. So a changed setting
that leads to the same arguments costs nothing, and a changed argument can never meet an old result.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ParamSpec, TypeVar, get_type_hints

from reportgen.cache.folder import CacheFolder
from reportgen.cache.packing import digest, pack, unpack

_Arguments = ParamSpec("_Arguments")
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
        name = stage.__name__.strip("_")
        if self.cache is None:
            return unpack(kind, pack(stage(*arguments, **named)))
        key = digest(stage.__module__, stage.__qualname__, arguments, named)
        file = f"{name}-{key[:16]}"
        stored = self.cache.read_stage(file, self.code, key)
        if stored is not None:
            self.on_reuse(name)
            return unpack(kind, stored)
        content = pack(stage(*arguments, **named))
        self.cache.write_stage(file, self.code, key, content)
        return unpack(kind, content)


UNKEPT = Stages()
