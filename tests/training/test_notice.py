"""What the network was trained on is named, with its licence."""

import re
from pathlib import Path

from training.icons import SETS
from training.lettering import FONTS
from training.packages import names

NOTICE = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
FREE = {"CC0-1.0", "MIT", "ISC", "Apache-2.0"}


def test_every_icon_set_stands_with_its_licence():
    named = dict(re.findall(r"^(\S+) {2,}(\S+)$", NOTICE, re.MULTILINE))
    assert named == {one.package: one.licence for one in SETS}
    assert set(named.values()) <= FREE


def test_every_type_face_stands_once():
    faces = re.findall(r"[a-z0-9-]+", NOTICE.split("Type faces")[1])
    assert [faces.count(name) for name in FONTS] == [1] * len(FONTS)


def test_the_packages_to_install_are_those():
    assert set(names()) == {one.package for one in SETS} | {
        f"@expo-google-fonts/{name}" for name in FONTS
    }
