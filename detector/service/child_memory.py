"""The memory of the processes in which photos are examined."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_PROCESSES = Path("/proc")
_PARENT, _PAGES = 1, 21
"""Fields of /proc/PID/stat, counted behind the name of the program (proc(5))."""


class ChildMemory(Collector):
    """The child processes of this process: how many, and their resident memory.

    Nothing is told where there is no /proc (macOS).
    """

    def describe(self) -> list[Metric]:
        """Registering reads nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        """The gauges as they are now."""
        if not _PROCESSES.is_dir():
            return
        pages = _pages_of_children(os.getpid())
        yield GaugeMetricFamily(
            "detector_child_processes", "Processes that examine pictures", len(pages)
        )
        yield GaugeMetricFamily(
            "detector_child_resident_memory_bytes",
            "Resident memory of the processes that examine pictures, all together",
            sum(pages) * os.sysconf("SC_PAGE_SIZE"),
        )


def _pages_of_children(parent: int) -> list[int]:
    """The resident pages of each child of a process."""
    pages = []
    for path in _PROCESSES.glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[_PARENT]) == parent:
                pages.append(int(fields[_PAGES]))
    return pages
