"""The engines that the reference network is written for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

from .network import Network, ReferenceResult

Run = Callable[[Network, int], ReferenceResult]


@dataclass(frozen=True)
class Engine:
    """Where one engine's `run(network, seed)` is found, and how it is to be timed."""

    key: str
    label: str
    module: str
    function: str
    compiles: bool = False  # the first replication in a process pays for compilation
    sizes: tuple[str, ...] = ("COUNTY", "BACKLOG")
    skipped: tuple[str, ...] = ()  # sizes that --quick leaves out
    once: tuple[str, ...] = ()  # sizes so slow that one round has to do

    def load(self) -> Run:
        """Imports the engine; only the process that times it does so."""
        run: Run = getattr(import_module(f"{__package__}.{self.module}"), self.function)
        return run


BASE = "ibsim"
ENGINES = {
    engine.key: engine
    for engine in (
        Engine(BASE, "ibsim", "ibsim_engine", "run", compiles=True, sizes=("SMALL", "COUNTY", "BACKLOG")),
        Engine("simpy-bisected", "SimPy, bisected queue", "simpy_people", "run_bisected_queue"),
        Engine(
            "simpy",
            "SimPy, own queue",
            "simpy_people",
            "run_own_queue",
            skipped=("BACKLOG",),
            once=("BACKLOG",),
        ),
        Engine("salabim", "salabim", "salabim_people", "run", sizes=("COUNTY",), skipped=("COUNTY",)),
        # Ciw looks at everybody at each event: its time grows with the square of the people.
        Engine("ciw", "Ciw, a tenth of COUNTY", "ciw_people", "run", sizes=("SMALL",), once=("SMALL",)),
    )
}
