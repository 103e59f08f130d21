"""The curl commands of docs/service-api.md do what the page says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from detector.service.service import Service
from tests.commands import ROOT, fenced
from tests.service.inspected import finish, uploaded
from tests.service.serving import serving

PAGE = (ROOT / "docs" / "service-api.md").read_text(encoding="utf-8")
EXAMPLES = [
    line.strip()
    for body in fenced(PAGE.replace("\n  ```", "\n```"), "sh")
    for line in body.splitlines()
]


@pytest.mark.usefixtures("database_url")
def test_the_examples_work(service: Service, listing_of, photo_of, tmp_path: Path) -> None:
    (tmp_path / "mug.jpg").write_bytes(photo_of("vornak"))
    row = uploaded(service, photo_of("vornak"))
    finish(service, row.id, [listing_of("vornak")])
    with serving(service) as client:
        found = client.get(f"/v1/inspections/{row.id}").json()["findings"][0]
        assert len(EXAMPLES) == 8
        for example in EXAMPLES:
            command = example.replace("http://127.0.0.1:8000", str(client.base_url)).replace(
                "wait=30", "wait=0"
            )
            command = command.replace("/ID", f"/{row.id}").replace("NUMBER", str(found["number"]))
            done = subprocess.run(
                command, shell=True, cwd=tmp_path, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, (command, done.stderr)
            assert not done.stdout or json.loads(done.stdout)
    assert (tmp_path / "photo.jpg").read_bytes() == photo_of("vornak")
    assert (tmp_path / "evidence.webp").read_bytes()[8:12] == b"WEBP"
