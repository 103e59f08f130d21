"""The cascade of CSS: which declarations of style sheets and attributes hold for an element.

Selectors are matched by cssselect2. Custom properties are put in for `var()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

import cssselect2
import tinycss2
from tinycss2.ast import Node

from detector.errors import MarkError
from detector.pictures.svg.document import RESAVE, Refused, local_name
from detector.pictures.svg.values import Tokens, text_of, trimmed, words_of

# At-rules without effect on a drawing: text is not drawn, animations are looked at apart.
_IDLE_RULES = frozenset(
    (
        *("charset", "counter-style", "font-face", "font-feature-values", "keyframes", "namespace"),
        *("page", "property", "-webkit-keyframes", "-moz-keyframes", "-o-keyframes"),
    )
)
_KEYFRAMES = ("keyframes", "-webkit-keyframes")
# Features of a light screen without special needs.
_SHOWN_MEDIA = frozenset(
    (
        *("", "all", "screen", "only screen", "(prefers-color-scheme:light)", "(scripting:none)"),
        *("(prefers-color-scheme:no-preference)", "(prefers-reduced-motion:no-preference)"),
    )
)
_OTHER_MEDIA = frozenset(
    (
        *("print", "only print", "speech", "(prefers-color-scheme:dark)", "(forced-colors:active)"),
        *("(prefers-reduced-motion)", "(prefers-reduced-motion:reduce)", "(color-gamut:p3)"),
        *("(prefers-contrast:more)", "(prefers-contrast:high)", "(color-gamut:rec2020)"),
    )
)
_MOST_SUBSTITUTED = 10_000  # tokens that a value may become: custom properties can multiply


@dataclass(frozen=True, slots=True)
class Declaration:
    """One property and its value; `name` is in lower case."""

    name: str
    value: Tokens
    important: bool


@dataclass(slots=True)
class StyleSheets:
    """The rules of all style sheets of a document. Lifetime: the rewriting of it."""

    matcher: cssselect2.Matcher = field(default_factory=cssselect2.Matcher)
    keyframes: dict[str, list[tuple[str, list[Declaration]]]] = field(default_factory=dict)
    is_empty: bool = True

    @classmethod
    def of(cls, root: Element) -> StyleSheets:
        """Read the `<style>` elements of a document. Raises `MarkError` for what is not known."""
        sheets = cls()
        for element in root.iter():
            is_sheet = local_name(element) == "style"
            is_sheet = is_sheet and element.get("type", "text/css") == "text/css"
            if is_sheet and _is_shown(element.get("media", ""), element):
                text = "".join(element.itertext())
                sheets._add(tinycss2.parse_stylesheet(text, True, True), "", element)
        return sheets

    def declared_in(self, root: Element) -> dict[Element, list[Declaration]]:
        """The declarations for every element in a tree, also of its `style`.

        The last one of a property holds.
        """
        wrappers = cssselect2.ElementWrapper.from_xml_root(root).iter_subtree()
        return {one.etree_element: self._declarations(one) for one in wrappers}

    def _declarations(self, element: cssselect2.ElementWrapper) -> list[Declaration]:
        found = [
            declaration
            for _, _, pseudo, rules in ([] if self.is_empty else self.matcher.match(element))
            if pseudo is None
            for declaration in rules
        ]
        style = element.etree_element.get("style")
        if style:
            found += declarations_of(tinycss2.parse_blocks_contents(style, True, True))
        return sorted(found, key=lambda declaration: declaration.important)

    def _add(self, rules: Iterable[Node], parent: str, element: Element) -> None:
        """Add rules; `parent` is the selector that they are nested in, "" at the top."""
        for rule in rules:
            if rule.type == "qualified-rule":
                selector = _nested(text_of(rule.prelude), parent)
                self._add_rule(selector, rule.content, element)
            elif rule.type == "at-rule":
                self._add_at_rule(rule, parent, element)

    def _add_rule(self, selector: str, content: Tokens, element: Element) -> None:
        parsed = tinycss2.parse_blocks_contents(content, True, True)
        self._match(selector, declarations_of(parsed), element)
        self._add((one for one in parsed if one.type != "declaration"), selector, element)

    def _match(self, selector: str, found: list[Declaration], element: Element) -> None:
        try:
            compiled = cssselect2.compile_selector_list(selector)
        except cssselect2.SelectorError as error:
            raise Refused(element, f"has the selector {selector[:80]!r}") from error
        for one in compiled if found else ():
            self.matcher.add_selector(one, found)
            self.is_empty = False

    def _add_at_rule(self, rule: Node, parent: str, element: Element) -> None:
        name = rule.lower_at_keyword
        if name in _KEYFRAMES:
            self._add_keyframes(rule)
        elif name == "media":
            if rule.content and _is_shown(text_of(rule.prelude), element):
                self._add_content(rule.content, parent, element)
        elif name not in _IDLE_RULES:
            raise Refused(element, f"has the rule @{name}, which is not read")

    def _add_content(self, content: Tokens, parent: str, element: Element) -> None:
        parsed = tinycss2.parse_blocks_contents(content, True, True)
        if parent:
            self._match(parent, declarations_of(parsed), element)
        self._add((one for one in parsed if one.type != "declaration"), parent, element)

    def _add_keyframes(self, rule: Node) -> None:
        frames = [
            (text_of(frame.prelude).lower(), _content_of(frame))
            for frame in tinycss2.parse_rule_list(rule.content or [], True, True)
            if frame.type == "qualified-rule"
        ]
        self.keyframes[text_of(rule.prelude).strip("\"'")] = frames


def declarations_of(parsed: Iterable[Node]) -> list[Declaration]:
    """The declarations among parsed parts of a block."""
    return [
        Declaration(
            one.name if one.name.startswith("--") else one.lower_name,
            trimmed(one.value),
            one.important,
        )
        for one in parsed
        if one.type == "declaration"
    ]


def has_variable(tokens: Iterable[Node]) -> bool:
    """Whether a value has a `var()` somewhere."""
    return any(
        (token.type == "function" and (token.lower_name == "var" or has_variable(token.arguments)))
        or (token.type.endswith("block") and has_variable(token.content))
        for token in tokens
    )


def variables_of(tokens: Iterable[Node]) -> Iterator[str]:
    """Yield the names of the custom properties that a value uses."""
    for token in tokens:
        if token.type == "function":
            words = words_of(token.arguments)
            if token.lower_name == "var" and words and words[0].type == "ident":
                yield words[0].value
            yield from variables_of(token.arguments)
        elif token.type.endswith("block"):
            yield from variables_of(token.content)


def substituted(
    tokens: Tokens, custom: Mapping[str, Tokens], used: frozenset[str] = frozenset()
) -> list[Node] | None:
    """A value with its custom properties put in; None where one is missing or hangs on itself.

    Raises `MarkError` where it becomes too long.
    """
    if not has_variable(tokens):
        return list(tokens)
    text = []
    for token in tokens:
        part = _substituted_token(token, custom, used)
        if part is None:
            return None
        text.append(part)
    whole = tinycss2.parse_component_value_list("".join(text), skip_comments=True)
    if len(whole) > _MOST_SUBSTITUTED:
        raise MarkError("the SVG's custom properties multiply", remedy=RESAVE)
    return trimmed(whole)


def _substituted_token(
    token: Node, custom: Mapping[str, Tokens], used: frozenset[str]
) -> str | None:
    """The text of a token with its custom properties put in."""
    if token.type != "function" or not has_variable([token]):
        return str(token.serialize())
    if token.lower_name != "var":
        inner = substituted(token.arguments, custom, used)
        return None if inner is None else f"{token.name}({tinycss2.serialize(inner)})"
    words = words_of(token.arguments)
    name = words[0].value if words and words[0].type == "ident" else ""
    if name in custom and name not in used:
        found = substituted(custom[name], custom, used | {name})
    elif len(words) > 1:
        comma = next(n for n, word in enumerate(token.arguments) if word == ",")
        found = substituted(trimmed(token.arguments[comma + 1 :]), custom, used)
    else:
        found = None
    return None if found is None else str(tinycss2.serialize(found))


def _content_of(rule: Node) -> list[Declaration]:
    return declarations_of(tinycss2.parse_blocks_contents(rule.content, True, True))


def _nested(selector: str, parent: str) -> str:
    """The selector of a nested rule, without `&`."""
    if not parent:
        return selector
    if "&" in selector:
        return selector.replace("&", f":is({parent})")
    return f":is({parent}) {selector}"


def _is_shown(media: str, element: Element) -> bool:
    """Whether a query holds for a picture on a light screen. Raises `Refused` for any other."""
    shown = False
    for query in media.lower().split(","):
        plain = query.strip().replace(": ", ":")
        if plain in _SHOWN_MEDIA or plain.removeprefix("screen and ") in _SHOWN_MEDIA:
            shown = True
        elif plain not in _OTHER_MEDIA and plain.removeprefix("screen and ") not in _OTHER_MEDIA:
            raise Refused(element, f"has rules for @media {query.strip()[:60]!r}")
    return shown
