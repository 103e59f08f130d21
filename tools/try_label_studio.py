"""Let a real Label Studio server label photos with this service, and check the boxes.

    python3 -m venv label-studio-env && label-studio-env/bin/pip install label-studio==1.23.2
    python tools/try_label_studio.py label-studio-env/bin/label-studio

Nothing is downloaded; the server keeps all it writes in a temporary folder.
"""

from __future__ import annotations

import io
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import uvicorn
from PIL import Image, ImageDraw

from detector.marks.registry import load_marks
from detector.pipeline.import_marks import import_marks
from detector.records import Pixels
from detector.service.api.app import create_app
from detector.service.keys import add_key
from detector.service.service import Service
from detector.service.settings import LabelStudioSettings, ServiceSettings
from detector.service.storage.database import now_of
from detector.service.worker import Worker

START_SECONDS = 900
LABELLING = """
<View>
  <Image name="image" value="$image"/>
  <RectangleLabels name="label" toName="image"><Label value="mark"/></RectangleLabels>
</View>
"""
PLACE = (300, 180, 500, 330)
"""Where the mark stands in the photo: x0, y0, x1, y1 in pixels."""


def main() -> None:
    """Start both servers, connect them, and compare boxes with the place of the mark."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        token, port = secrets.token_hex(20), _free_port()
        address = f"http://127.0.0.1:{port}"
        with _label_studio(sys.argv[1], home, token, port), _service(home, address, token) as ours:
            tasks = _labelled(address, token, *ours)
    _check(tasks)


def _labelled(address: str, token: str, backend: str, key: str) -> list[dict[str, Any]]:
    """Make a project of two photos, connect the backend, and ask for predictions."""
    with httpx.Client(
        base_url=address, headers={"Authorization": f"Token {token}"}, timeout=120
    ) as client:
        version = client.get("/api/version").raise_for_status().json()["label-studio-os-package"]
        print("label-studio", version["version"])
        project = _posted(client, "/api/projects", title="marks", label_config=LABELLING)["id"]
        photos = {"shown.png": _photo(shown=True), "clean.png": _photo(shown=False)}
        for name, data in photos.items():
            files = {"file": (name, data, "image/png")}
            client.post(f"/api/projects/{project}/import", files=files).raise_for_status()
        connection = {"auth_method": "BASIC_AUTH", "basic_auth_user": "detector"}
        _posted(client, "/api/ml", url=backend, project=project, basic_auth_pass=key, **connection)
        retrieve = f"/api/dm/actions?id=retrieve_tasks_predictions&project={project}"
        _posted(client, retrieve, selectedItems={"all": True, "excluded": []})
        found = client.get("/api/tasks", params={"project": project, "fields": "all"})
        tasks: list[dict[str, Any]] = found.raise_for_status().json()["tasks"]
        return tasks


def _check(tasks: list[dict[str, Any]]) -> None:
    """Raise AssertionError where a box is not where the mark is, or one is too many."""
    for task in tasks:
        (prediction,) = task["predictions"]
        boxes = [_pixels(one) for one in prediction["result"]]
        print(task["data"]["image"], prediction["model_version"], prediction["score"], boxes)
        if "shown" in task["data"]["image"]:
            ((label, box),) = boxes
            assert label == "mark"
            assert np.abs(np.subtract(box, PLACE)).max() < 20, box
        else:
            assert not boxes
    print("the boxes are where the mark is")


def _pixels(result: dict[str, Any]) -> tuple[str, list[int]]:
    value, (width, height) = result["value"], (result["original_width"], result["original_height"])
    x0, y0 = value["x"] * width / 100, value["y"] * height / 100
    x1, y1 = x0 + value["width"] * width / 100, y0 + value["height"] * height / 100
    return value["rectanglelabels"][0], [round(each) for each in (x0, y0, x1, y1)]


def _posted(client: httpx.Client, path: str, **body: Any) -> Any:
    answer = client.post(path, json=body)
    if answer.is_error:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text}")
    return answer.json()


@contextmanager
def _label_studio(program: str, home: Path, token: str, port: int) -> Iterator[None]:
    quiet = {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        **quiet,
        "LABEL_STUDIO_HOST": f"http://127.0.0.1:{port}",
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "ML_TIMEOUT_HEALTH": "20",
        "ML_BLOCK_LOCAL_IP": "false",  # else it refuses a backend on this machine,
        "SSRF_PROTECTION_ENABLED": "false",  # also for the webhook that it makes for each backend
        "ML_CONNECTION_TIMEOUT": "20",
        "ML_TIMEOUT_SETUP": "20",
    }
    user = ["--username", "me@example.org", "--password", "secret-12", "--user-token", token]
    command = [program, "start", "--no-browser", "--port", str(port), *user]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--data-dir", str(home / "data")], env=environment, stdout=log, stderr=log
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", server)
            yield
        except BaseException:
            print((home / "log").read_text(errors="replace")[-5000:], file=sys.stderr)
            raise
        finally:
            server.terminate()
            server.wait()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and server.poll() is None:
        try:
            if httpx.get(address, timeout=5).is_success:
                return
        except httpx.HTTPError:
            time.sleep(1)
    raise SystemExit("Label Studio does not start")


@contextmanager
def _service(home: Path, label_studio: str, token: str) -> Iterator[tuple[str, str]]:
    """Our service with one mark; gives the address of the backend and a key."""
    (home / "marks").mkdir()
    Image.fromarray(_mark()).save(home / "marks" / "acme-star.png")
    import_marks(home / "index", load_marks([home / "marks" / "acme-star.png"]))
    settings = ServiceSettings(
        f"sqlite:///{home / 'detector.db'}", str(home / "pictures"), home / "index"
    )
    settings = replace(settings, label_studio=LabelStudioSettings(label_studio, token))
    stop, port = threading.Event(), _free_port()
    with Service.open(settings) as service:
        with service.database.writing() as session:
            now = now_of(session)
            key = add_key(session, "label studio", "platform", per_minute=10_000, now=now)
        app = create_app(service)
        server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
        threads = [
            threading.Thread(target=server.run),
            threading.Thread(target=Worker(service, 1).run, args=(stop,)),
        ]
        for thread in threads:
            thread.start()
        try:
            yield f"http://127.0.0.1:{port}/label-studio", key
        finally:
            stop.set()
            server.should_exit = True
            for thread in threads:
                thread.join()


def _mark() -> Pixels:
    """A drawn mark that fills its picture (150, 200, 3)."""
    picture = Image.new("RGB", (200, 150), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 199, 149), outline="black", width=12)
    draw.polygon([(100, 20), (125, 110), (30, 50), (170, 50), (75, 110)], fill="black")
    draw.ellipse((30, 90, 75, 132), fill="black")
    draw.rectangle((125, 95, 172, 130), outline="black", width=9)
    return np.asarray(picture)


def _photo(*, shown: bool) -> bytes:
    """A photo (480, 640) of noisy ground, with the mark or without."""
    random = np.random.default_rng(7 + shown)
    coarse = Image.fromarray(random.integers(90, 200, (24, 32, 3), dtype=np.uint8))
    photo = coarse.resize((640, 480), Image.Resampling.BICUBIC)
    if shown:
        photo.paste(Image.fromarray(_mark()), PLACE[:2])
    file = io.BytesIO()
    photo.save(file, "PNG")
    return file.getvalue()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


if __name__ == "__main__":
    main()
