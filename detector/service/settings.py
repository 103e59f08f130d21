"""What an operator sets: where things lie, and the bounds of the service."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from detector.errors import UsageError
from detector.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one request and of all that wait.

    `body_bytes` is the size of a whole request, `pictures` how many it may have, `text_characters`
    the length of each of its texts; it is to be there within `body_seconds`, and a picture at an
    address within `fetch_seconds`. From `queued` waiting inspections on, new ones are turned away
    with 429 before anything of them is kept. `wait_seconds` is the longest wait for an answer,
    `per_minute` the requests of a key that says nothing else. More than `connections` at a time are
    refused.
    """

    body_bytes: int = 64 << 20
    pictures: int = 16
    text_characters: int = 100_000
    body_seconds: float = 120.0
    fetch_seconds: float = 10.0
    queued: int = 1000
    wait_seconds: float = 60.0
    per_minute: int = 600
    connections: int = 1000


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """How inspections wait and are tried.

    A worker's hold on an inspection ends after `lease_seconds` unless it is renewed. One that
    failed is tried again after `backoff_seconds`, doubled each time, and parked as "failed" after
    `attempts`. A worker that found nothing to do looks again after `idle_seconds`.
    """

    lease_seconds: float = 60.0
    attempts: int = 5
    backoff_seconds: float = 2.0
    idle_seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How events are sent to webhooks.

    A receiver has `seconds` to answer. What it did not take is sent again after each of
    `retry_seconds` (by a quarter more or less, so that not all come at once), and is dead after the
    last. A webhook that took nothing for `off_after_days` is switched off. `allow_http` and
    `allow_private` let an operator send to addresses without encryption, or of the inner network.
    `senders` are at work in each process; a party has at most `most` webhooks.
    """

    seconds: float = 15.0
    retry_seconds: tuple[float, ...] = (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
    off_after_days: float = 5.0
    allow_http: bool = False
    allow_private: bool = False
    senders: int = 2
    most: int = 50


@dataclass(frozen=True, slots=True)
class LabelStudioSettings:
    """The Label Studio server whose tasks are labelled beforehand.

    Pictures that users upload there stand at addresses without a host; they are fetched from `url`,
    with the access `token` of one of its users. Without a `url` only pictures of allowed hosts are.
    """

    url: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Everything a process of the service needs to know.

    `database` is an SQLAlchemy address, `pictures` a folder or an fsspec address, `index` the
    folder of this host's copy of the reference index. `detection` are the settings of the
    detector. Addresses of pictures are fetched from `allowed_hosts` alone. Pictures are kept for
    `retention_days`, 0 for ever. Traces are sent to `tracing`, the address of an OTLP/HTTP
    collector; "" for none.
    """

    database: str = "sqlite:///detector.db"
    pictures: str = "pictures"
    index: Path = Path("index")
    jobs: int = 1
    detection: Settings = field(default_factory=Settings)
    allowed_hosts: tuple[str, ...] = ()
    retention_days: int = 0
    tracing: str = ""
    limits: Limits = field(default_factory=Limits)
    queue: QueueSettings = field(default_factory=QueueSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)
    label_studio: LabelStudioSettings = field(default_factory=LabelStudioSettings)

    def __post_init__(self) -> None:
        """Raises `UsageError` for a bound that leaves nothing to do."""
        if self.jobs < 0 or self.retention_days < 0 or self.limits.pictures < 1:
            raise UsageError("a number of the service's settings is too small")
