"""Kill a service at random while it works: each accepted inspection must end, and once.

    PYTHONPATH=. python tools/kill_service.py [--database NAME] [--kills 30] [--seed 0] [--serve]

Victims of kill -9 are two processes of `detector work`, PostgreSQL with all its processes, and with
--serve the process of `detector serve` to which uploads are sent. Prints JSON: what was killed how
often, how many inspections were accepted, and how many were lost or did not end exactly once. Exit
status 1 where there are any.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import httpx
from PIL import Image

from detector.marks.registry import load_marks
from detector.pipeline.import_marks import import_marks
from detector.service.service import Service
from detector.service.settings import ServiceSettings
from tests import scenes
from tests.service.killing import Killing, Process, queued, started
from tests.service.postgresql import PostgresServer

Upload = Callable[[int], str]


def main() -> None:
    """Kill, wait until all has ended, and print how."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--serve", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, _server(options.database) as server:
        folder = Path(name)
        url = server.url("postgres") if server else f"sqlite:///{folder / 'detector.db'}"
        settings = ServiceSettings(url, str(folder / "pictures"), index_in(folder))
        with Service.open(settings) as service:
            told = _killed(service, server, options.kills, options.seed, serve=options.serve)
    print(json.dumps(told))
    sys.exit(bool(told["lost"] or told["not_once"] or told["without_generation"]))


def _killed(
    service: Service, server: PostgresServer | None, kills: int, seed: int, *, serve: bool
) -> dict[str, object]:
    victims: dict[str, Process | PostgresServer] = {
        f"worker {number}": _command(service, "work", "--jobs", "1", "--attempts", "50")
        for number in (1, 2)
    }
    upload = _queued_in(service)
    if serve:
        port = _free_port()
        victims["service"] = _command(service, "serve", "--jobs", "0", "--port", str(port))
        upload = _sent_to(f"http://127.0.0.1:{port}")
    processes = [one for one in victims.values() if isinstance(one, Process)]
    if server:
        victims["database"] = server
    with started(processes):
        return Killing(service, victims, upload, seed, longest_pause=3.0).run(kills)


def _command(service: Service, name: str, *options: str) -> Process:
    """A process of the command line on this service."""
    settings = service.settings
    places = {
        "--database": settings.database,
        "--pictures": settings.pictures,
        "--index": str(settings.index),
    }
    words = [word for pair in places.items() for word in pair]
    lease = ("--lease-seconds", "3") if name == "work" else ()
    command = [sys.executable, "-m", "detector", name, *words, "--no-words", *lease, *options]
    return Process(command)


def _queued_in(service: Service) -> Upload:
    return lambda number: queued(service, number, _photo(number))


def _sent_to(url: str) -> Upload:
    """What uploads over HTTP; a repeated upload has the same key, so that it is accepted once."""

    def upload(number: int) -> str:
        files = [("picture", (f"{number}.jpg", _photo(number), "image/jpeg"))]
        headers = {"Idempotency-Key": f"upload-{number}"}
        try:
            answer = httpx.post(f"{url}/v1/inspections", files=files, headers=headers, timeout=30)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(str(error)) from error
        return str(answer.json()["id"])

    return upload


@contextmanager
def _server(database: str) -> Iterator[PostgresServer | None]:
    with PostgresServer() if database == "postgresql" else nullcontext() as server:
        yield server


def index_in(folder: Path) -> Path:
    """An index of one drawn mark."""
    Image.fromarray(scenes.emblem()).save(folder / "vornak.png")
    import_marks(folder / "index", load_marks([folder / "vornak.png"]))
    return folder / "index"


def _photo(number: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(scenes.ground(number)).resize((160, 120)).save(file, "JPEG")
    return file.getvalue()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
