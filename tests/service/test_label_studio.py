"""Label Studio: configurations, findings as its results, and pictures that it keeps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from detector.errors import UsageError
from detector.service.label_studio import box_control, fetch_uploaded, prediction
from detector.service.settings import LabelStudioSettings
from tests.service.receiver import receiving

CONFIG = """
<View>
  <!-- photos of a shop -->
  <Header value="Marks"/>
  <Image name="photo" value="$picture"/>
  <RectangleLabels name="label" toName="photo">
    <Label value="Mark"/><Label value="Vornak" background="red"/>
  </RectangleLabels>
</View>
"""


def a_finding(mark: str = "vornak", **more) -> dict:
    finding = {
        "mark": mark,
        "name": mark.title(),
        "score": 0.9,
        "verdict": "identical copy",
        "box": [10, 20, 110, 120],
        "fingerprint": "0123456789abcdef",
    }
    return finding | more


def a_listing(*findings: dict) -> dict:
    return {"width": 200, "height": 400, "findings": [*findings], "status": "ok"}


def test_a_finding_becomes_a_box_in_percent() -> None:
    found = prediction(a_listing(a_finding()), box_control(CONFIG), "v1")
    assert (found["model_version"], found["score"]) == ("v1", 0.9)
    (box,) = found["result"]
    assert (box["from_name"], box["to_name"], box["type"]) == ("label", "photo", "rectanglelabels")
    assert box["value"] == {
        "x": 5, "y": 5, "width": 50, "height": 25, "rotation": 0, "rectanglelabels": ["Vornak"],
    }  # fmt: skip
    assert (box["original_width"], box["original_height"]) == (200, 400)


def test_a_box_never_leaves_the_picture() -> None:
    listing = a_listing(a_finding(box=[-10, -20, 300, 500]))
    (box,) = prediction(listing, box_control(CONFIG), "v")["result"]
    place = [box["value"][name] for name in ("x", "y", "width", "height")]
    assert place == [0, 0, 100, 100]


@pytest.mark.parametrize(
    ("labels", "label"),
    [
        (("vornak", "mark"), "vornak"),
        (("Mark", "person"), "Mark"),
        (("LOGO", "person"), "LOGO"),
        (("anything",), "anything"),
        (("person", "car"), ""),
        ((), ""),
    ],
)
def test_a_label_says_which_mark_or_that_it_is_one(labels: tuple[str, ...], label: str) -> None:
    control = replace(box_control(CONFIG), labels=labels)
    assert control.label_for(a_finding()) == label
    assert len(prediction(a_listing(a_finding()), control, "v")["result"]) == bool(label)


def test_a_clean_picture_has_no_box() -> None:
    found = prediction(a_listing(), box_control(CONFIG), "v")
    assert (found["result"], found["score"]) == ([], 0)


@pytest.mark.parametrize(
    "config",
    [
        "",
        "no xml",
        "<View/>",
        '<View><Text name="t" value="$t"/></View>',
        '<View><RectangleLabels name="l" toName="missing"/></View>',
        '<!DOCTYPE v [<!ENTITY a "b">]><View>&a;</View>',
        "<View>" * 2_000_000,
    ],
)
def test_a_project_without_boxes_is_refused(config: str) -> None:
    with pytest.raises(UsageError):
        box_control(config)


def test_only_pictures_of_the_configured_server_have_no_host() -> None:
    for path, settings in (
        ("/data/upload/a.png", LabelStudioSettings()),
        ("/etc/passwd", LabelStudioSettings("http://127.0.0.1:9/")),
        ("", LabelStudioSettings("http://127.0.0.1:9/")),
    ):
        with pytest.raises(PermissionError):
            fetch_uploaded(path, settings, 100, 5)


def test_a_server_that_does_not_give_a_picture_is_told() -> None:
    with receiving() as server:  # it answers no GET
        settings = LabelStudioSettings(server.url.removesuffix("/hook"), "token")
        with pytest.raises(OSError, match="501"):
            fetch_uploaded("/data/upload/a.png", settings, 100, 20)
