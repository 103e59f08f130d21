"""`detector serve`: the service over HTTP, with a worker of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from detector.cli.exit_status import NOTHING
from detector.cli.options import index_option, words_option
from detector.cli.service_options import (
    allow_host_option,
    database_option,
    pictures_option,
    service_settings,
)

if TYPE_CHECKING:
    from detector.service.service import Service


@click.command()
@index_option
@database_option
@pictures_option
@click.option(
    "--host",
    envvar="DETECTOR_HOST",
    default="127.0.0.1",
    show_default=True,
    show_envvar=True,
    metavar="ADDRESS",
    help="Where to listen.",
)
@click.option(
    "--port",
    envvar="DETECTOR_PORT",
    default=8000,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(0, 65535),
    help="0 is any free one.",
)
@click.option(
    "--jobs",
    envvar="DETECTOR_JOBS",
    default=1,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="How many photos are inspected at the same time; 0 leaves it to workers elsewhere.",
)
@click.option(
    "--keys/--no-keys",
    default=None,
    envvar="DETECTOR_KEYS",
    show_envvar=True,
    help="Whether callers need a key. Default: on a loopback address only if there are "
    "any; elsewhere they always do.",
)
@allow_host_option
@click.option(
    "--queued",
    envvar="DETECTOR_QUEUED",
    default=1000,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="From so many waiting uploads on, new ones are turned away.",
)
@click.option(
    "--per-minute",
    envvar="DETECTOR_PER_MINUTE",
    default=600,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Requests of a key without a rate of its own.",
)
@click.option(
    "--retention-days",
    envvar="DETECTOR_RETENTION_DAYS",
    default=0,
    show_default=True,
    show_envvar=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="How long uploads are kept; 0 is for ever.",
)
@words_option
def serve(*, host: str, port: int, keys: bool | None, **options: Any) -> int:
    """Inspect uploads that come over HTTP, and answer what was found.

    One command is enough: it makes its database, and inspects by itself. It ends at Ctrl-C or
    SIGTERM, when running requests are answered.
    """
    limits = {name: options.pop(name) for name in ("queued", "per_minute")}
    settings = service_settings(limits=limits, index=options.pop("folder"), **options)
    from detector.service.api.listening import listening_socket
    from detector.service.api.server import serve as run
    from detector.service.service import Service

    with Service.open(settings) as service:
        needs_keys = _needs_keys(service, host, keys)
        with listening_socket(host, port) as listening:
            address, bound = listening.getsockname()[:2]
            shown = f"[{address}]" if ":" in address else address
            click.echo(f"Listening on http://{shown}:{bound} (/openapi.json says what)", err=True)
            run(service, listening, needs_keys=needs_keys)
    return NOTHING


def _needs_keys(service: Service, host: str, asked: bool | None) -> bool:
    """Whether callers need keys. Raises `UsageError` where strangers could call without any."""
    from detector.errors import UsageError
    from detector.service.api.listening import is_loopback
    from detector.service.keys import list_keys

    with service.database.reading() as session:
        has_keys = bool(list_keys(session))
    if is_loopback(host):
        return has_keys if asked is None else asked
    if asked is False or not has_keys:
        raise UsageError(
            "others can reach this address, so callers need keys",
            place=host,
            remedy="Make one (detector keys add), or listen on 127.0.0.1.",
        )
    return True
