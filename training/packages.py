"""Prints the npm packages that a training draws from, for `npm install`."""

from __future__ import annotations

import sys

from training.icons import SETS
from training.lettering import FONTS


def names() -> list[str]:
    """Icon sets, then fonts."""
    return [one.package for one in SETS] + [f"@expo-google-fonts/{name}" for name in FONTS]


if __name__ == "__main__":
    sys.stdout.write(" ".join(names()) + "\n")
