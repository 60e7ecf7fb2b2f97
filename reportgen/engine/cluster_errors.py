"""What can go wrong with a cluster, in words for whoever runs the build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reportgen.errors import ReportgenError

if TYPE_CHECKING:
    from distributed import Client

UNTOUCHED = "Nothing was written; the latest report is as it was."


class ClusterError(ReportgenError):
    """The cluster cannot be reached, has been lost, or does not fit the build."""


NO_WORKER = ClusterError(
    "the scheduler has had no worker for a minute", f"Start workers, then build again. {UNTOUCHED}"
)


class VersionError(Exception):
    """A worker runs other code than the build."""


@contextmanager
def told(client: Client) -> Iterator[None]:
    """Turn what Dask raises about the cluster into a `ClusterError`; what a task raised itself passes unchanged."""
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except VersionError:
        raise ClusterError(
            "a worker runs another version of reportgen, Python or a package that results depend on",
            "Install the same versions on every worker as here and start the workers again; "
            "only then is the report the same on every engine.",
        ) from None
    except (ModuleNotFoundError, AttributeError) as error:
        if getattr(error, "name", "") and str(getattr(error, "name", "")).partition(".")[0] != "reportgen":
            raise
        raise ClusterError(
            f"a worker lacks a part of reportgen ({error})", "Install the same version on every worker as here."
        ) from error
    except KilledWorker as error:
        raise ClusterError(
            "a step ended the workers that tried it, one after the other",
            f"Most often they had too little memory: give them more, or fewer threads each. {UNTOUCHED}",
        ) from error
    except (FutureCancelledError, CancelledError, CommClosedError, OSError) as error:
        if isinstance(error, OSError) and client.status == "running" and not isinstance(error, CommClosedError):
            raise  # of a task: a file that could not be read, say
        raise lost(client) from error


def lost(client: Client) -> ClusterError:
    """Return the error of a scheduler that does not answer any more."""
    return ClusterError(
        f"the connection to the scheduler {address_of(client)} was lost",
        f"See whether it still runs, and build again. {UNTOUCHED}",
    )


def address_of(client: Client) -> str:
    """Return where the scheduler is, or was."""
    known = getattr(client.scheduler, "address", None)
    asked = getattr(client, "_start_arg", None)  # what is left of it once a client has given up
    return str(known or (asked if isinstance(asked, str) else "of the cluster"))
