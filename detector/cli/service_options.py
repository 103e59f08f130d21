"""Options that the commands of the service share, and the settings made from them."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from detector.cli.options import MOST_JOBS, index_option, words_option
from detector.errors import MissingExtra

if TYPE_CHECKING:
    from detector.service.settings import ServiceSettings

database_option = click.option(
    "--database",
    envvar="DETECTOR_DATABASE",
    default="sqlite:///detector.db",
    show_default=True,
    show_envvar=True,
    metavar="URL",
    help="SQLite for one host, PostgreSQL for many.",
)

pictures_option = click.option(
    "--pictures",
    envvar="DETECTOR_PICTURES",
    default="detector-pictures",
    show_default=True,
    show_envvar=True,
    metavar="PLACE",
    help="Where uploads are kept: a folder, or a store such as s3://bucket/prefix.",
)

allow_host_option = click.option(
    "--allow-host",
    "hosts",
    multiple=True,
    envvar="DETECTOR_ALLOW_HOST",
    show_envvar=True,
    metavar="HOST",
    help="Fetch pictures at addresses of this host. May be given several times.",
)

lease_option = click.option(
    "--lease-seconds",
    envvar="DETECTOR_LEASE_SECONDS",
    default=60.0,
    show_default=True,
    show_envvar=True,
    type=click.FloatRange(min=1),
    metavar="S",
    help="After which others take what a worker has that is not heard of.",
)

attempts_option = click.option(
    "--attempts",
    envvar="DETECTOR_ATTEMPTS",
    default=5,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="How often an inspection is tried before it is parked.",
)


def service_jobs_option(least: int, default: int | None = None) -> Callable[..., Any]:
    """The option `--jobs` of a command that has a worker; with `least` 0 it may have none."""
    cores = f"number of cores, at most {MOST_JOBS}"
    none = " 0 leaves it to workers elsewhere." if least == 0 else ""
    return click.option(
        "--jobs",
        envvar="DETECTOR_JOBS",
        default=lambda: default or min(MOST_JOBS, os.cpu_count() or 1),
        show_default=str(default or cores),
        show_envvar=True,
        type=click.IntRange(min=least),
        metavar="N",
        help=f"How many photos are inspected at the same time.{none}",
    )


retention_option = click.option(
    "--retention-days",
    envvar="DETECTOR_RETENTION_DAYS",
    default=0,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="How long pictures of uploads are kept; 0 is for ever.",
)

tracing_option = click.option(
    "--tracing",
    envvar="DETECTOR_TRACING",
    default="",
    show_envvar=True,
    metavar="URL",
    help="Send traces to this OTLP/HTTP collector.",
)

webhook_options = (
    click.option(
        "--webhooks-http",
        "allow_http",
        is_flag=True,
        envvar="DETECTOR_WEBHOOKS_HTTP",
        show_envvar=True,
        help="Let webhooks be sent without encryption.",
    ),
    click.option(
        "--webhooks-private",
        "allow_private",
        is_flag=True,
        envvar="DETECTOR_WEBHOOKS_PRIVATE",
        show_envvar=True,
        help="Let webhooks be sent to addresses of the inner network.",
    ),
)

_SHARED = (database_option, pictures_option, index_option, allow_host_option, words_option)
_WORKING = (lease_option, attempts_option, retention_option, tracing_option, *webhook_options)


def worker_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add what a worker must know; the command gets `settings`, a `ServiceSettings`, instead."""

    @wraps(command)
    def with_settings(**given: Any) -> Any:
        taken = {name: given.pop(name) for name in (*_PLACES, *_QUEUE, *_WEBHOOKS, "folder")}
        limits = {name: given.pop(name) for name in _LIMITS if name in given}
        settings = service_settings(
            index=taken["folder"],
            limits=limits,
            queue={name: taken[name] for name in _QUEUE},
            webhooks={name: taken[name] for name in _WEBHOOKS},
            **{name: taken[name] for name in _PLACES},
        )
        return command(settings=settings, **given)

    for option in reversed((*_SHARED, *_WORKING)):
        with_settings = option(with_settings)
    return with_settings


_PLACES = ("database", "pictures", "hosts", "words", "retention_days", "tracing")
_QUEUE = ("lease_seconds", "attempts")
_WEBHOOKS = ("allow_http", "allow_private")
_LIMITS = ("queued", "per_minute")


def service_settings(
    *,
    words: bool | None,
    hosts: tuple[str, ...] = (),
    limits: dict[str, int] | None = None,
    queue: dict[str, Any] | None = None,
    webhooks: dict[str, Any] | None = None,
    **places: Any,
) -> ServiceSettings:
    """The settings of a process of the service. Raises `MissingExtra` without the extra."""
    with extra_needed():
        from detector.service.settings import (
            Limits,
            QueueSettings,
            ServiceSettings,
            WebhookSettings,
        )
    from detector.settings import settings_for_words

    return ServiceSettings(
        **places,
        detection=settings_for_words(words),
        allowed_hosts=tuple(host.lower() for host in hosts),
        limits=Limits(**(limits or {})),
        queue=QueueSettings(**(queue or {})),
        webhooks=WebhookSettings(**(webhooks or {})),
    )


@contextmanager
def extra_needed() -> Iterator[None]:
    """Import the service within this. Raises `MissingExtra` where its extra is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra(error.name or "sqlalchemy", "service") from error


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
