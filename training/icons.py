"""Marks drawn by others: icons of npm packages whose licence lets anyone use them.

Every set was looked at on its own; sets that ask for naming at each use (CC-BY) or for the same
licence (CC-BY-SA) are left out. What is drawn never becomes part of the project; the network only
sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np

from detector.records import Pixels

SIDE = 176  # pixels of an icon's longer side as drawn


@dataclass(frozen=True, slots=True)
class IconSet:
    """An npm package of icons, its licence, how many of it are used, and whether all are alike."""

    package: str
    licence: str
    most: int
    one_variant: bool = False


SETS = (
    IconSet("simple-icons", "CC0-1.0", 9999),
    IconSet("@iconify-json/logos", "CC0-1.0", 9999),
    IconSet("@iconify-json/cib", "CC0-1.0", 9999),
    IconSet("@iconify-json/cryptocurrency-color", "CC0-1.0", 9999),
    IconSet("@iconify-json/devicon", "MIT", 9999),
    IconSet("@iconify-json/skill-icons", "MIT", 250, one_variant=True),
    IconSet("@iconify-json/token-branded", "MIT", 1200),
    IconSet("@iconify-json/circle-flags", "MIT", 150),
    IconSet("@iconify-json/noto", "Apache-2.0", 1400, one_variant=True),
    IconSet("@iconify-json/fxemoji", "Apache-2.0", 600),
    IconSet("@iconify-json/fluent-emoji-flat", "MIT", 1200, one_variant=True),
    IconSet("@iconify-json/flat-color-icons", "MIT", 9999),
    IconSet("@iconify-json/vscode-icons", "MIT", 500),
    IconSet("@iconify-json/mdi", "Apache-2.0", 1500, one_variant=True),
    IconSet("@iconify-json/ph", "MIT", 900, one_variant=True),
    IconSet("@iconify-json/fluent", "MIT", 900, one_variant=True),
    IconSet("@iconify-json/tabler", "MIT", 1000, one_variant=True),
    IconSet("@iconify-json/lucide", "ISC", 500),
    IconSet("@iconify-json/healthicons", "MIT", 500, one_variant=True),
    IconSet("@iconify-json/maki", "CC0-1.0", 9999),
    IconSet("@iconify-json/temaki", "CC0-1.0", 400),
)

_BRANDS = """
citroen fedex ferrari ford intel mini nbc porsche redbull sprite texaco unicef vodafone yahoo
adidas aldi apple becks bmw carlsberg chimay cocacola corona dhl erdinger esso fosters google
guiness guinness heineken hp mcdonalds milka nike nvidia paulaner pepsi puma ritter shell
singha starbucks stella tsingtao ups chanel gucci hellyhansen lacoste michaelkors prada
supreme base dexia kia mercedes peugeot president quick renault umbro volkswagen vw
"""
EXCLUDED = frozenset(_BRANDS.split())
"""Brands of public logo data sets: on them the network is measured, so it never learns them."""

_VARIANT = re.compile(
    r"-(icon|wordmark|plain|original|line|outline|outlined|filled|regular|color|light|dark|bold|thin"
    r"|fill|duotone|negative|solid|alt|off|\d+)$"
)


def base_name(name: str) -> str:
    """What variants of one icon have in common: the name without its endings and signs."""
    name = name.lower()
    for _ in range(3):
        name = _VARIANT.sub("", name)
    return re.sub(r"[^a-z0-9]", "", name)


def is_excluded(name: str) -> bool:
    """Whether a name contains a brand on which the network is measured.

    Names of up to four letters are looked for as words, or half of all icons would go.
    """
    words = re.split(r"[^a-z0-9]+", name.lower())
    glued = "".join(words)
    return any(one in words or (len(one) > 4 and one in glued) for one in EXCLUDED)


def icons(packages: Path, seed: int) -> Iterator[tuple[str, str]]:
    """(base name, SVG) of every icon used; `packages` is the folder node_modules.

    Raises `FileNotFoundError` naming the package that is missing.
    """
    for icon_set in SETS:
        drawn = _read(packages / icon_set.package)
        names = sorted(name for name in drawn if not is_excluded(name) and "skin" not in name)
        Random(f"{seed} {icon_set.package}").shuffle(names)
        if icon_set.one_variant:
            names = list({base_name(name): name for name in names}.values())
        yield from ((base_name(name), drawn[name]) for name in names[: icon_set.most])


def drawing(svg: str) -> Pixels | None:
    """An icon as RGBA (H, W, 4), its longer side `SIDE`; None where it cannot be drawn."""
    import resvg_py

    box = re.search(r'viewBox="([^"]+)"', svg)
    if box is None:
        return None
    wide, high = (float(number) for number in box[1].replace(",", " ").split()[2:])
    scale = SIDE / max(wide, high)
    try:
        png = resvg_py.svg_to_bytes(
            svg_string=svg.replace("currentColor", "#000"),
            width=max(1, round(wide * scale)),
            height=max(1, round(high * scale)),
            skip_system_fonts=True,
        )
    except ValueError:
        return None
    picture = cv2.imdecode(np.frombuffer(bytes(png), np.uint8), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.ndim != 3 or picture.shape[2] != 4:
        return None
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA), np.uint8)


def _read(package: Path) -> dict[str, str]:
    """SVG by name; simple-icons has a file for each, the sets of iconify one for all."""
    if (package / "icons").is_dir():
        files = sorted((package / "icons").glob("*.svg"))
        return {path.stem: path.read_text(encoding="utf-8") for path in files}
    table = json.loads((package / "icons.json").read_text(encoding="utf-8"))
    return {name: _svg(icon, table) for name, icon in table["icons"].items()}


def _svg(icon: dict[str, Any], table: dict[str, Any]) -> str:
    wide, high = (icon.get(key, table.get(key, 16)) for key in ("width", "height"))
    left, top = icon.get("left", 0), icon.get("top", 0)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{left} {top} {wide} {high}">{icon["body"]}</svg>'
    )
