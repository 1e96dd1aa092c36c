"""What the figures depend on: versions, processor, settings of the server; and CPU time used."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from django.db import connection

SERVER_SETTINGS = (
    *("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers"),
    *("work_mem", "max_wal_size", "jit", "max_parallel_workers_per_gather"),
)
PACKAGES = ("Django", "psycopg", "numpy", "granian")
BUSY_LOAD = 0.3


def facts() -> dict[str, object]:
    """Return the machine, versions and settings that a figure needs beside it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name",
            [list(SERVER_SETTINGS)],
        )
        server = dict(cursor.fetchall())
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load_at_start": load(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "postgresql": server,
    }


def load() -> float:
    """Return how many processes wanted a core in the last minute, on average."""
    return round(os.getloadavg()[0], 2)


def busy_warning() -> str:
    """Return a sentence when other work runs on this machine, else an empty text."""
    if load() < BUSY_LOAD:
        return ""
    return f"Other work runs here (load {load()}): only ratios and CPU times of this run count."


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(": ")[1] for line in lines if line.startswith("model name")), "")


class CpuMeter:
    """Processor time of processes and all below them, from /proc."""

    def __init__(self, *roots: int | None) -> None:
        self._roots = [root for root in roots if root is not None]
        self._start = self._now()

    def milliseconds(self) -> float:
        """Return what was used since the meter was made; 0 where /proc does not tell."""
        return (self._now() - self._start) * 1000 / os.sysconf("SC_CLK_TCK")

    def _now(self) -> int:
        processes = _processes()
        return sum(_ticks(processes, root) for root in self._roots)


def database_server() -> int | None:
    """Return the process id of the database server; None when it is not on this machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = _processes().get(cursor.fetchone()[0])
    is_server = backend is not None and backend[0].startswith("postgres")
    return backend[1] if backend and is_server else None


def memory(**roots: int | None) -> dict[str, list[float]]:
    """Return megabytes of each process of a tree, the largest first, by the name of the tree.

    Its own and its share of what it shares (Pss of /proc), now; [] where /proc does not tell.
    """
    processes = _processes()
    found = {}
    for name, root in roots.items():
        shares = [_pss_mb(pid) for pid in _tree(processes, root)] if root in processes else []
        found[name] = sorted((share for share in shares if share), reverse=True)
    return found


def _tree(processes: dict[int, tuple[str, int, int]], root: int) -> list[int]:
    children = [pid for pid, (_, parent, _) in processes.items() if parent == root]
    return [root, *(pid for child in children for pid in _tree(processes, child))]


def _pss_mb(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:  # it has ended, or belongs to somebody else
        return 0
    line = next((line for line in text.splitlines() if line.startswith("Pss:")), "Pss: 0 kB")
    return round(int(line.split()[1]) / 1024, 1)


def _ticks(processes: dict[int, tuple[str, int, int]], root: int) -> int:
    """Add up a process and all below it; what has ended is in the sum of its parent."""
    if root not in processes:
        return 0
    return sum(processes[pid][2] for pid in _tree(processes, root))


def _processes() -> dict[int, tuple[str, int, int]]:
    """Return name, parent and clock ticks (with those of ended children) by process id."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = entry.read_text(encoding="utf-8", errors="replace").rpartition(")")
        except OSError:  # it has ended
            continue
        fields = rest.split()
        pid, _, name = name.partition(" (")
        found[int(pid)] = (name, int(fields[1]), sum(map(int, fields[11:15])))
    return found
