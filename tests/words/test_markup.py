from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.words.markup import visible_text

PIECES = ["<", ">", "&", ";", "#", "b", "/", "wbr", "<!--", "&shy;", "&amp;", "<p>", " ", "ø"]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<p>Nord&shy;husk mug</p>", " Nord\xadhusk mug "),
        ("Nord<wbr>husk", "Nordhusk"),
        ("Nord<B class='x'>husk</B>", "Nordhusk"),
        ("one<br/>two<li>three", "one two three"),
        ("Nord<!-- note -->husk", "Nordhusk"),
        ("N&oslash;rdhusk", "Nørdhusk"),
        ("&#78;&#x6f;rd", "Nord"),
        ("Nord&amp;shy;husk", "Nord\xadhusk"),  # escaped twice
        ("Nord&lt;wbr&gt;husk", "Nordhusk"),
        ("AT&T, R&D; 5 < 6 > 4, a<b", "AT&T, R&D; 5 < 6 > 4, a<b"),
        ("&nosuchthing; &;", "&nosuchthing; &;"),
    ],
)
def test_a_text_is_shown_as_a_browser_shows_it(source, shown):
    assert visible_text(source).text == shown


def test_a_span_leads_back_to_the_source():
    source = "x Nord<wbr>h&uuml;sk y"
    visible = visible_text(source)
    start = visible.text.index("Nord")
    first, last = visible.span(start, start + len("Nordhüsk"))
    assert source[first:last] == "Nord<wbr>h&uuml;sk"


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3))).map("".join))
def test_every_visible_character_has_its_part_of_the_source(source):
    visible = visible_text(source)
    assert len(visible.text) == len(visible.starts) == len(visible.ends)
    assert list(visible.starts) == sorted(visible.starts)
    assert all(0 <= a < b <= len(source) for a, b in zip(visible.starts, visible.ends, strict=True))


@pytest.mark.parametrize("hostile", ["<" * 50_000, "<!--" * 20_000, "&" * 50_000, "<a " * 20_000])
def test_hostile_markup_is_answered(hostile):
    assert visible_text(hostile).text
