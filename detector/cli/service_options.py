"""Options that the commands of the service share, and the settings made from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

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


def service_settings(
    *, words: bool | None, hosts: tuple[str, ...], limits: dict[str, int], **places: Any
) -> ServiceSettings:
    """The settings of a process of the service. Raises `MissingExtra` without the extra."""
    from detector.errors import MissingExtra

    try:
        from detector.service.settings import Limits, ServiceSettings
    except ImportError as error:
        raise MissingExtra(error.name or "sqlalchemy", "service") from error
    from detector.settings import settings_for_words

    return ServiceSettings(
        **places,
        detection=settings_for_words(words),
        allowed_hosts=tuple(host.lower() for host in hosts),
        limits=Limits(**limits),
    )
