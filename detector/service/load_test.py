"""Puts a running service under load, and says what it did: time, throughput, losses, memory.

The client is bounded: it has at most `concurrency` requests under way, so that it measures the
service and not itself. Each inspection that was accepted is asked for until it has ended.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

import httpx
import numpy as np

from detector.errors import UsageError
from detector.pipeline.detector import Detector
from detector.records import Submission

ENDED = ("done", "failed")
_ASK_SECONDS = 0.5  # between two questions for one inspection
_MEMORY_SECONDS = 2.0
_TURNED_AWAY_SECONDS = 1.0  # the longest rest of a client without a rate after a 429
_MEMORY = ("process_resident_memory_bytes", "detector_child_resident_memory_bytes")


@dataclass(frozen=True, slots=True)
class Load:
    """What is sent: for `seconds`, at most `concurrency` uploads under way.

    With a `rate` so many uploads begin a second, whether others are done or not, and nobody waits
    for an answer; without one each client sends its next upload when it has the result of the last.
    Results that are not there `patience` seconds after the end are lost.
    """

    seconds: float = 30.0
    concurrency: int = 4
    rate: float | None = None
    patience: float = 300.0
    wait: float = 30.0

    def __post_init__(self) -> None:
        """Raises `UsageError` for a load that is none."""
        if self.seconds <= 0 or self.concurrency < 1 or (self.rate is not None and self.rate <= 0):
            raise UsageError("a load is more than nothing", remedy="Give numbers above 0.")


@dataclass(slots=True)
class _Seen:
    """What clients saw, by threads that hold `lock`."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    statuses: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    accept_seconds: list[float] = field(default_factory=list)
    result_seconds: list[float] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


class LoadTest:
    """One load on one service, by a client such as `httpx.Client(base_url=...)`."""

    def __init__(self, client: httpx.Client, photos: Sequence[bytes], load: Load) -> None:
        """Raises `UsageError` without photos."""
        if not photos:
            raise UsageError("there is no photo to send")
        self._client, self._photos, self._load = client, photos, load
        self._seen, self._numbers = _Seen(), count()

    def run(self) -> dict[str, Any]:
        """Send the load and wait for all results; the figures as plain JSON, times in seconds.

        Raises `UsageError` where nobody answers at the beginning.
        """
        self._check()
        over = threading.Event()
        watching = threading.Thread(target=self._watch_memory, args=(over,))
        watching.start()
        began = time.monotonic()
        try:
            with ThreadPoolExecutor(self._load.concurrency) as clients:
                runs = [clients.submit(self._send, began) for _ in range(self._load.concurrency)]
            for run in runs:
                run.result()
            self._await_all()
        finally:
            over.set()
            watching.join()
        return self._figures(time.monotonic() - began)

    def _check(self) -> None:
        try:
            self._client.get("/healthz")
        except httpx.HTTPError as error:
            place = str(self._client.base_url)
            raise UsageError(f"nobody answers: {error}", place=place) from error

    def _send(self, began: float) -> None:
        """Send one upload after another until the time is over."""
        end = began + self._load.seconds
        for number in self._turns(began, end):
            photo = self._photos[number % len(self._photos)]
            sent = time.monotonic()
            try:
                answer = self._upload(number, photo)
            except httpx.HTTPError as error:
                self._note(type(error).__name__)
                continue
            self._note(str(answer.status_code))
            if answer.status_code == 429 and self._load.rate is None:
                rest = float(answer.headers.get("Retry-After", _TURNED_AWAY_SECONDS))
                time.sleep(min(rest, _TURNED_AWAY_SECONDS))
            elif answer.is_success:
                self._accepted(answer.json(), time.monotonic() - sent)

    def _turns(self, began: float, end: float) -> Iterator[int]:
        """Yield the number of the next upload when it is due."""
        while True:
            number = next(self._numbers)
            if self._load.rate is not None:
                due = began + number / self._load.rate
                time.sleep(max(0.0, min(due, end) - time.monotonic()))
            if time.monotonic() >= end:
                return
            yield number

    def _upload(self, number: int, photo: bytes) -> httpx.Response:
        wait = 0.0 if self._load.rate is not None else self._load.wait
        return self._client.post(
            "/v1/inspections",
            params={"wait": wait} if wait else {},
            files=[("picture", (f"{number}.jpg", photo, "image/jpeg"))],
            data={"external_id": f"load-{number}"},
            timeout=wait + 60,
        )

    def _note(self, status: str) -> None:
        with self._seen.lock:
            self._seen.statuses[status] += 1

    def _accepted(self, inspection: dict[str, Any], seconds: float) -> None:
        with self._seen.lock:
            if inspection["state"] in ENDED:
                self._ended(inspection, seconds)
            else:
                self._seen.accept_seconds.append(seconds)
                self._seen.unfinished.append(inspection["id"])

    def _ended(self, inspection: dict[str, Any], seconds: float) -> None:
        self._seen.states[inspection["state"]] += 1
        self._seen.decisions[str(inspection["decision"])] += 1
        self._seen.result_seconds.append(seconds)

    def _await_all(self) -> None:
        """Ask for each inspection until it has ended, or the patience is."""
        end = time.monotonic() + self._load.patience
        while self._seen.unfinished and time.monotonic() < end:
            left = list[str]()
            for inspection in self._seen.unfinished:
                known = self._asked(inspection)
                if known is None or known["state"] not in ENDED:
                    left.append(inspection)
                    continue
                self._ended(known, _seconds_between(known["created_at"], known["finished_at"]))
            if left and len(left) == len(self._seen.unfinished):
                time.sleep(_ASK_SECONDS)
            self._seen.unfinished = left

    def _asked(self, inspection: str) -> dict[str, Any] | None:
        try:
            answer = self._client.get(f"/v1/inspections/{inspection}")
        except httpx.HTTPError:
            return None
        known: dict[str, Any] | None = answer.json() if answer.is_success else None
        return known

    def _watch_memory(self, over: threading.Event) -> None:
        while True:
            try:
                answer = self._client.get("/metrics")
                self._seen.memory.append(_memory_of(answer.text) if answer.is_success else 0.0)
            except httpx.HTTPError:
                self._seen.memory.append(0.0)
            if over.wait(_MEMORY_SECONDS):
                return

    def _figures(self, seconds: float) -> dict[str, Any]:
        seen, sent = self._seen, self._seen.statuses.total()
        ended = seen.states.total()
        return {
            "sent": sent,
            "accepted": ended + len(seen.unfinished),
            "turned_away": seen.statuses["429"],
            "share_turned_away": round(seen.statuses["429"] / sent, 4) if sent else 0.0,
            "statuses": dict(sorted(seen.statuses.items())),
            "done": seen.states["done"],
            "failed": seen.states["failed"],
            "lost": len(seen.unfinished),
            "decisions": dict(sorted(seen.decisions.items())),
            "seconds": round(seconds, 3),
            "results_a_second": round(ended / seconds, 3),
            "accept": _quantiles(seen.accept_seconds),
            "result": _quantiles(seen.result_seconds),
            "memory": _memory_figures(seen.memory),
        }


def inspect_here(detector: Detector, photos: Sequence[bytes], seconds: float) -> dict[str, Any]:
    """The same photos, one after another in this process, for so long: what there is to compare."""
    detector.inspect(Submission(photos[0]))  # loads what a first photo loads
    times, end = list[float](), time.monotonic() + seconds
    while not times or time.monotonic() < end:
        start = time.perf_counter()
        detector.inspect(Submission(photos[len(times) % len(photos)]))
        times.append(time.perf_counter() - start)
    rate = round(len(times) / sum(times), 3)
    return {"done": len(times), "results_a_second": rate, "result": _quantiles(times)}


def _quantiles(seconds: Sequence[float]) -> dict[str, float] | None:
    """p50, p95, p99 and the longest of some times; None without any."""
    if not seconds:
        return None
    values = np.quantile(seconds, (0.5, 0.95, 0.99, 1.0))
    names = ("p50", "p95", "p99", "longest")
    return {name: round(float(value), 4) for name, value in zip(names, values, strict=True)}


def _memory_of(metrics: str) -> float:
    """The resident memory of the server's processes in bytes, 0 where it does not say."""
    lines = (line.split() for line in metrics.splitlines() if line.startswith(_MEMORY))
    return sum(float(words[1]) for words in lines if words[0] in _MEMORY)


def _memory_figures(memory: Sequence[float]) -> dict[str, float] | None:
    """In MB: at the beginning, in the middle of each half, at most, and at the end.

    None for a server that does not say; where it did not answer once, that is left out.
    """
    memory = [used for used in memory if used]
    if not memory:
        return None
    half = max(1, len(memory) // 2)
    values = {
        "first": memory[0],
        "first_half": float(np.median(memory[:half])),
        "second_half": float(np.median(memory[-half:])),
        "most": max(memory),
        "last": memory[-1],
    }
    return {name: round(value / 1e6, 1) for name, value in values.items()}


def _seconds_between(first: str, last: str) -> float:
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
