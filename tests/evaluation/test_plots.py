"""Plots as inline SVG: what they say, that they repeat, and that they stand in a strict page."""

from __future__ import annotations

import builtins
import re
from xml.etree import ElementTree

import pytest

from detector.errors import MissingExtra
from detector.evaluation import plots

from .results import method, result

EVIL = "</text><script>alert(1)</script>&\"'$\\frac{ \u202e\x00"


def every_plot(made):
    return {
        "det": plots.det_curves(made["methods"]),
        "reliability": plots.reliability(made["calibration"]),
        "recall": plots.recall_bars(made["methods"]),
        "ladder": plots.robustness_map(made["ladder"]),
    }


@pytest.fixture(scope="module")
def drawn():
    return every_plot(result())


def words(svg: str) -> list[str]:
    return [node.text or "" for node in ElementTree.fromstring(svg).iter("text")]


def test_same_figures_same_bytes(drawn):
    assert every_plot(result()) == drawn


@pytest.mark.parametrize("name", ["det", "reliability", "recall", "ladder"])
def test_a_plot_can_stand_in_the_page(drawn, name):
    svg = drawn[name]
    root = ElementTree.fromstring(svg)
    assert (root.tag, root.get("role")) == ("svg", "img")
    assert root.get("aria-label")
    assert "http" not in svg
    assert "style" not in {part for node in root.iter() for part in (node.tag, *node.attrib)}
    assert len(words(svg)) > 4
    assert "font-family" not in svg


def test_ids_are_unique_over_all_plots_and_every_reference_has_its_target(drawn):
    page = "".join(drawn.values())
    ids = re.findall(r'\bid="([^"]*)"', page)
    used = re.findall(r'(?:href="|url\()#([^")]*)', page)
    assert len(ids) == len(set(ids))
    assert used
    assert set(used) <= set(ids)


def test_methods_come_in_order_and_the_ablation_is_not_on_the_curves(drawn):
    bars = [word for word in words(drawn["recall"]) if word in result()["methods"]]
    assert bars == ["detector", "textbook ORB", "sift alone", "without sift"]
    curves = [word for word in words(drawn["det"]) if word in result()["methods"]]
    assert curves == ["detector", "textbook ORB"]


def test_the_ladder_says_rung_and_recall_and_puts_the_worst_on_top(drawn):
    told = words(drawn["ladder"])
    names = [word for word in told if word in ("mirrored", "size (px)", "blur (px)")]
    assert names == ["mirrored", "size (px)", "blur (px)"]
    for word in ("256", "97 %", "2.5", "–", "mild", "severe"):
        assert word in told
    rings = re.findall(r'<path[^>]*stroke="#000000"[^>]*stroke-width="2"', drawn["ladder"])
    assert len(rings) == 2


def test_heat_goes_from_orange_to_blue():
    def channels(level):
        return [int(plots.heat(level)[at : at + 2], 16) for at in (1, 3, 5)]

    assert channels(0)[0] > channels(0)[2]
    assert channels(1)[0] < channels(1)[2]
    assert channels(0.5) == [0xF7, 0xEF, 0xE2]
    assert plots.heat(None) == "none"
    assert (plots.heat(-1), plots.heat(2)) == (plots.heat(0), plots.heat(1))
    assert len({plots.heat(level) for level in (None, 0, 0.25, 0.5, 0.75, 1)}) == 6


def test_names_are_only_text_whatever_they_hold():
    attack = {"name": EVIL, "unit": "$x", "rungs": [EVIL], "recall": [0.5], "breaks": None}
    made = result(methods={EVIL: method(0.3), "_hidden": method(0.4)})
    made["ladder"] = {"marks": 1, "attacks": [attack]}
    for name, svg in every_plot(made).items():
        assert "<script" not in svg
        if name in ("det", "recall"):
            assert "hidden" in words(svg)
            assert any(word.startswith("</text><script>") for word in words(svg))


@pytest.mark.parametrize("nothing", [{}, {"bins": []}, {"attacks": []}, {"bins": [[None, 0, 0]]}])
def test_nothing_to_draw(nothing):
    assert plots.reliability(nothing) == plots.robustness_map(nothing) == ""
    assert plots.det_curves({}) == plots.recall_bars({}) == ""


def test_methods_without_figures_draw_nothing():
    empty = {"detector": {"recall": {"0.01": [None, None, None]}, "det": []}}
    assert plots.det_curves(empty) == plots.recall_bars(empty) == ""


def test_without_matplotlib_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest):
        if name.startswith("matplotlib"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtra, match=r"detector\[benchmark\]"):
        plots.recall_bars(result()["methods"])
