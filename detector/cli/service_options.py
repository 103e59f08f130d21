"""Options of all commands that work on the service's database."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from detector.cli.options import MOST_JOBS, index_option, words_option
from detector.errors import MissingExtra

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings

_OPTIONS = (
    click.option(
        "--database",
        envvar="DETECTOR_DATABASE",
        default="sqlite:///detector.db",
        show_default=True,
        show_envvar=True,
        metavar="URL",
        help="Where inspections wait and are kept: SQLite for one host, or "
        "postgresql://user@host/name for many.",
    ),
    click.option(
        "--pictures",
        envvar="DETECTOR_PICTURES",
        default="detector-pictures",
        show_default=True,
        show_envvar=True,
        metavar="URL",
        help="Where pictures are kept: a folder, or a store such as s3://bucket/prefix.",
    ),
    index_option,
    click.option(
        "--allow-host",
        "hosts",
        multiple=True,
        envvar="DETECTOR_ALLOW_HOST",
        show_envvar=True,
        metavar="HOST",
        help="Fetch pictures from this host, when an upload gives addresses; may be given several "
        "times. [default: nothing is fetched]",
    ),
    click.option(
        "--retention-days",
        type=click.IntRange(min=0),
        envvar="DETECTOR_RETENTION_DAYS",
        default=0,
        show_default="for ever",
        show_envvar=True,
        metavar="N",
        help="Delete pictures of uploads that are older.",
    ),
    click.option(
        "--lease-seconds",
        type=click.FloatRange(min=1),
        envvar="DETECTOR_LEASE_SECONDS",
        default=60.0,
        show_default=True,
        show_envvar=True,
        metavar="S",
        help="When others may take what a worker has that is not heard of.",
    ),
    click.option(
        "--attempts",
        type=click.IntRange(min=1),
        envvar="DETECTOR_ATTEMPTS",
        default=5,
        show_default=True,
        show_envvar=True,
        metavar="N",
        help="How often an inspection is tried before it is parked.",
    ),
    words_option,
)

_NAMES = (
    *("database", "pictures", "folder", "hosts", "retention_days"),
    *("lease_seconds", "attempts", "words"),
)


def service_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options to a command; it gets `settings`, a `ServiceSettings`, in their place."""

    @wraps(command)
    def with_settings(**arguments: Any) -> Any:
        return command(
            settings=_settings_of(**{name: arguments.pop(name) for name in _NAMES}), **arguments
        )

    for option in reversed(_OPTIONS):
        with_settings = option(with_settings)
    return with_settings


def service_jobs_option(least: int, default: int | None = None) -> Callable[..., Any]:
    """The option `--jobs` of what has a worker; with `least` 0 it may also have none."""
    cores = f"number of cores, at most {MOST_JOBS}"
    none = " 0 leaves that to other workers." if least == 0 else ""
    return click.option(
        "--jobs",
        type=click.IntRange(min=least),
        default=lambda: default or min(MOST_JOBS, os.cpu_count() or 1),
        show_default=str(default or cores),
        envvar="DETECTOR_JOBS",
        show_envvar=True,
        metavar="N",
        help=f"How many pictures are examined at the same time.{none}",
    )


@contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that the first Ctrl-C or SIGTERM sets; a second one interrupts at once."""
    stop = threading.Event()

    def ask(_: int, __: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for one, action in before.items():
            signal.signal(one, action)


def _settings_of(
    *,
    database: str,
    pictures: str,
    folder: Path,
    hosts: tuple[str, ...],
    retention_days: int,
    words: bool | None,
    lease_seconds: float,
    attempts: int,
) -> ServiceSettings:
    """The settings that the options say. Raises `MissingExtra` without the extra `service`."""
    for package in ("sqlalchemy", "alembic", "fsspec", "prometheus_client"):
        if find_spec(package) is None:
            raise MissingExtra(package, "service")
    from detector.service.settings import QueueSettings, ServiceSettings
    from detector.settings import settings_for_words

    return ServiceSettings(
        database=database,
        pictures=pictures,
        index=folder,
        detection=settings_for_words(words),
        allowed_hosts=tuple(host.lower() for host in hosts),
        retention_days=retention_days,
        queue=QueueSettings(lease_seconds=lease_seconds, attempts=attempts),
    )
