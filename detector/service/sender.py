"""The threads of a process that send deliveries to webhooks."""

from __future__ import annotations

import logging
import threading
from random import Random

from detector.pipeline.faults import FAULTS
from detector.service import deliveries, events
from detector.service.deliveries import Message, Outcome
from detector.service.outgoing import post
from detector.service.service import Service
from detector.service.storage.database import now_of

_LOG = logging.getLogger(__name__)


class Sender:
    """Sends what is due. Lifetime: its threads, from entering the context to leaving it.

    Leaving waits for messages under way, which end within the time that a receiver has.
    """

    def __init__(self, service: Service, random: Random | None = None) -> None:
        self._service, self._random = service, random or Random()
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, name=f"sender-{number}", daemon=True)
            for number in range(service.settings.webhooks.senders)
        ]

    def __enter__(self) -> Sender:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                busy = send_one(self._service, self._random)
            except FAULTS:
                # The database is away, or one message harms: others are sent all the same.
                _LOG.exception("a delivery failed")
                busy = False
            if not busy:
                self._stop.wait(self._service.settings.queue.idle_seconds)


def send_one(service: Service, random: Random) -> bool:
    """Send the delivery that is due longest and keep its outcome; False where none is due."""
    settings = service.settings.webhooks
    with service.database.writing() as session:
        message = deliveries.lease_message(session, settings, now_of(session))
    if message is None:
        return False
    outcome = _send(message, settings.seconds, private=settings.allow_private)
    with service.database.writing() as session:
        now = now_of(session)
        ended = deliveries.settle(session, message, outcome, settings, now=now, random=random)
        if ended is not None:
            owner, seller = deliveries.parties_of(session, ended)
            data = {"webhook": ended.id, "url": ended.url, "reason": ended.off_reason}
            events.record(
                session, "webhook.switched_off", data, owner=owner, seller=seller, now=now
            )
    return True


def _send(message: Message, seconds: float, *, private: bool) -> Outcome:
    try:
        status, headers = post(
            message.url, message.headers, message.content, seconds=seconds, private=private
        )
    except OSError as error:
        return Outcome(None, str(error) or type(error).__name__)
    asked = headers.get("retry-after", "")
    answered = "" if 200 <= status < 300 else f"the receiver answered {status}"
    return Outcome(status, answered, float(asked) if asked.isascii() and asked.isdigit() else 0.0)
