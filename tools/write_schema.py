"""Writes docs/listing.schema.json, the JSON Schema of result lines.

    python tools/write_schema.py [--check]

It is made from the records of the package. With `--check` nothing is written; the exit status is 1
when the file says something else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from detector.serialise.schema import line_schema

FILE = Path(__file__).resolve().parent.parent / "docs" / "listing.schema.json"


def text() -> str:
    """The file as it is to be."""
    return json.dumps(line_schema(), indent=2) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write or check the file; the exit status."""
    if "--check" not in arguments:
        FILE.write_text(text(), encoding="utf-8")
    elif FILE.read_text(encoding="utf-8") != text():
        sys.stdout.write(f"{FILE.name} says something else. Run: python tools/write_schema.py\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
