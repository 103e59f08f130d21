"""Writes docs/openapi.json, the OpenAPI document of the service.

    python tools/write_openapi.py [--check]

It is made from the routes. With `--check` nothing is written; the exit status is 1 when the file
says something else.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from detector.service.api.app import create_app
from detector.service.service import Service
from detector.service.settings import ServiceSettings

FILE = Path(__file__).resolve().parent.parent / "docs" / "openapi.json"


def text() -> str:
    """The file as it is to be."""
    with tempfile.TemporaryDirectory() as folder:
        settings = ServiceSettings(f"sqlite:///{folder}/a.db", folder, Path(folder))
        with Service(settings) as service:
            document = create_app(service).openapi()
    return json.dumps(document, indent=2) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check the file; the exit status."""
    if "--check" not in arguments:
        FILE.write_text(text(), encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text():
        sys.stdout.write(f"{FILE.name} says something else. Run: python tools/write_openapi.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
