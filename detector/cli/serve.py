"""`detector serve`: the service over HTTP, with a worker of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from detector.cli.exit_status import NOTHING
from detector.cli.service_options import extra_needed, service_jobs_option, worker_options

if TYPE_CHECKING:
    from detector.service.service import Service
    from detector.service.settings import ServiceSettings


@click.command()
@worker_options
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
@service_jobs_option(0, default=1)
@click.option(
    "--keys/--no-keys",
    default=None,
    envvar="DETECTOR_KEYS",
    show_envvar=True,
    help="Whether callers need a key. Default: on a loopback address only if there are "
    "any; elsewhere they always do.",
)
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
def serve(*, settings: ServiceSettings, jobs: int, host: str, port: int, keys: bool | None) -> int:
    """Inspect uploads that come over HTTP, and answer what was found.

    One command is enough: it makes its database, and inspects by itself. It ends at Ctrl-C or
    SIGTERM, when running requests are answered.
    """
    with extra_needed():
        from detector.service.api.listening import listening_socket
        from detector.service.api.server import serve as run
        from detector.service.service import Service

    with Service.open(replace(settings, jobs=jobs)) as service:
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
