from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from detector.report.tables import (
    printable,
    ranked,
    ranked_table,
    verdict_words,
)


def shown(listings, width=200):
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(ranked_table(listings))
    return console.file.getvalue()


def test_ranked_best_first_then_unread_then_clean(scene):
    order = ranked(reversed(scene.listings))
    scores = [one.findings[0].score for one in order if one.findings]
    assert scores == sorted(scores, reverse=True)
    assert [bool(one.findings) for one in order] == [True] * 7 + [False] * 6
    assert [one.status for one in order[7:]] == ["partial", "refused", "ok", "ok", "ok", "ok"]


def test_table_says_what_was_found_and_what_was_not_read(scene):
    text = shown(scene.listings)
    assert text.count("Norrvik") == 3
    assert "0.93" in text
    assert "identical copy, authorised" in text
    assert "review (refused)" in text
    assert "over the limit" in text


def test_table_names_the_common_folder_once(scene):
    deep = [
        replace(one, path=f"/shop/new [in]/{number}/a.jpg")
        for number, one in enumerate(scene.listings)
    ]
    lines = shown(deep).splitlines()
    assert lines[0].strip() == "Photos in /shop/new [in]"
    assert sum("/shop/" in line for line in lines) == 1
    assert any(line.startswith("0/a.jpg") for line in lines)
    mixed = [replace(deep[0], path="a.jpg"), replace(deep[1], path="/b.jpg")]
    assert "Photos in" not in shown(mixed)


def test_table_shows_names_as_they_are(scene):
    first = scene.listings[0]
    sly = replace(first.findings[0], name="[red]Nor[/red]\x1b[31m\u202e")
    text = shown([replace(first, findings=(sly,))])
    assert "[red]Nor[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


@given(st.text())
def test_printable_is_printable_and_keeps_length(text):
    assert printable(text).isprintable()
    assert len(printable(text)) == len(text)
    assert not text.isprintable() or printable(text) == text


def test_verdict_words(scene):
    first = scene.listings[0].findings[0]
    assert verdict_words(first) == "identical copy"
    assert verdict_words(replace(first, authorised=True)) == "identical copy, authorised"
