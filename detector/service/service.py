"""`Service`: the database and the picture store that all parts of a process share."""

from __future__ import annotations

from typing import Self

from detector.service.settings import ServiceSettings
from detector.service.storage.database import Database
from detector.service.storage.pictures import PictureStore


class Service:
    """What the parts of the service work on. Lifetime: until `close`; threads may share it.

    `pictures` are those of listings. `references` are the pictures of marks and the files of index
    generations: apart, so that no retention of pictures can touch them.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        """Raises `StorageError` for an address that cannot be used."""
        self.settings = settings
        self.pictures = PictureStore(settings.pictures)
        self.references = PictureStore(f"{settings.pictures.rstrip('/')}/references")
        self.database = Database(settings.database)

    @classmethod
    def open(cls, settings: ServiceSettings) -> Self:
        """Open the service and bring its database to the newest form.

        Raises `StorageError` where the database cannot be reached.
        """
        service = cls(settings)
        service.database.migrate()
        return service

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections to the database."""
        self.database.close()
