"""A Dask cluster as executor: the same replications, on other machines."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Any

from ibsim.errors import InputError
from ibsim.experiment.bank import model_digest
from ibsim.experiment.warming import ensure_compiled

ANSWER_SECONDS = 10
"""How long a scheduler, and its first worker, may take to answer."""


@contextmanager
def cluster_executor(address: str) -> Iterator[tuple[Executor, int]]:
    """An executor on the Dask scheduler at `address` (`tcp://host:port`), and how many tasks it runs at once.

    Each worker has its engine compiled before the first replication.  Raises InputError where Dask is not
    installed, nothing answers, or a worker has another ibsim, whose results could differ.
    """
    with _client(address) as client:
        workers = client.scheduler_info(n_workers=-1)["workers"]
        if not workers:
            rule = "replications run on its workers"
            remedy = f"start some: dask worker {address}"
            raise InputError(f"--scheduler {address}", "a scheduler without workers", rule, remedy)
        _refuse_other_models(client, address)
        client.run(ensure_compiled)
        with client.get_executor() as executor:
            yield executor, sum(worker["nthreads"] for worker in workers.values())


@contextmanager
def _client(address: str) -> Iterator[Any]:
    where = f"--scheduler {address}"
    try:
        import distributed
    except ImportError:
        rule = "a cluster needs Dask, which does not come with ibsim"
        remedy = "install the extra: pip install 'ibsim[cluster]'"
        raise InputError(where, "dask.distributed is not installed", rule, remedy) from None
    try:
        # typed as Any: its constructor has no types
        make: Any = distributed.Client
        client = make(address, timeout=ANSWER_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        rule = "a Dask scheduler answers at tcp://host:port"
        remedy = "start one with `dask scheduler`, which prints its address, or leave --scheduler out"
        raise InputError(where, f"no answer ({type(error).__name__})", rule, remedy) from error
    with client:
        yield client


def _refuse_other_models(client: Any, address: str) -> None:
    """Refuse a cluster that has another ibsim, or none: its results could not be set beside these."""
    rule = "every worker has the same ibsim, with the same libraries, as this machine"
    where, remedy = f"--scheduler {address}", "install the same version on all of them"
    try:
        found = client.run(model_digest)
    except (ImportError, AttributeError) as error:
        raise InputError(where, f"a worker without ibsim ({error})", rule, remedy) from error
    other = sorted(worker for worker, digest in found.items() if digest != model_digest())
    if other:
        raise InputError(where, f"another ibsim on {', '.join(other)}", rule, remedy)
