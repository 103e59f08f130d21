"""Notifications: whoever waits is woken when something is committed, so that nobody polls fast.

PostgreSQL tells all its clients (NOTIFY, LISTEN). SQLite tells nobody: there a notification reaches
the process that commits, and other processes find out when they look by themselves.
"""

from __future__ import annotations

import logging
import threading
from typing import Any, Literal, Self

from sqlalchemy import event, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from detector.service.storage.database import Database

Channel = Literal["inspection_queued", "inspection_finished"]

_LOOK_SECONDS = 0.2  # how late the end of a listener is noticed
_RETRY_SECONDS = 1.0

_LOG = logging.getLogger(__name__)


def notify(session: Session, channel: Channel) -> None:
    """Notify the listeners of a channel as soon as the transaction is committed, and only then."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_notify(channel, "")))
        return
    database: Database = session.info["database"]
    event.listen(session, "after_commit", lambda _: database.tell(channel), once=True)


class Listener:
    """Counts the notifications of a channel. Lifetime: the context; any number of threads may wait.

    While the database cannot be reached it hears nothing; a notification counts when it is back.
    """

    def __init__(self, database: Database, channel: Channel) -> None:
        self._database, self._channel = database, channel
        self._count, self._changed = 0, threading.Condition()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name=f"listen {channel}", daemon=True)

    def __enter__(self) -> Self:
        if self._database.is_sqlite:
            self._database.told.append(self._hear)
        else:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._database.is_sqlite:
            self._database.told.remove(self._hear)
            return
        self._over.set()
        self._thread.join()

    @property
    def count(self) -> int:
        """How many notifications there were; to be read before looking whether to wait."""
        return self._count

    def wake(self) -> None:
        """Wake all who wait, as a notification does."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, count: int, seconds: float) -> None:
        """Wait until there were more than `count` notifications, at most so many seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > count, seconds)

    def _hear(self, channel: str) -> None:
        if channel == self._channel:
            self.wake()

    def _listen(self) -> None:
        driver: Any = self._database.engine.dialect.dbapi
        while not self._over.is_set():
            try:
                self._receive()
            except (SQLAlchemyError, driver.Error) as error:
                _LOG.warning("the database tells nothing", extra={"error": str(error)})
                self._over.wait(_RETRY_SECONDS)

    def _receive(self) -> None:
        """Listen on a connection of its own until the end, or until it fails."""
        pooled = self._database.engine.raw_connection()
        pooled.detach()
        connection: Any = pooled.dbapi_connection
        try:
            connection.rollback()
            connection.autocommit = True
            connection.execute(f"LISTEN {self._channel}")
            self.wake()  # something may have been committed before
            while not self._over.is_set():
                for _ in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
                    self.wake()
        finally:
            pooled.close()
