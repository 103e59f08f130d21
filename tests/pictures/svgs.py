"""SVGs of our own with what people's programs write: those that are drawn, and those refused."""

from __future__ import annotations

NAMES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SIZE = 'width="100" height="100" viewBox="0 0 100 100"'
SQUARE = '<rect x="20" y="20" width="60" height="60" fill="#c00" {}/>'
BAR = '<rect x="5" y="5" width="20" height="90" fill="#06c"/>'
GRADIENT = '<stop stop-color="#f00"/><stop offset="1" stop-color="#00f"/>'
LETTER = '<path d="M20 80V20h20l20 40V20h20v60H60L40 40v40z" fill="#004a99" {}/>'


def svg(inside: str, attributes: str = SIZE) -> bytes:
    return f"<svg {NAMES} {attributes}>{inside}</svg>".encode()


def styled(rules: str, inside: str, attributes: str = SIZE) -> bytes:
    return svg(f"<style><![CDATA[{rules}]]></style>{inside}", attributes)


def filled(paint: str) -> bytes:
    return svg(BAR + f'<rect x="20" y="20" width="60" height="60" fill="{paint}"/>')


DRAWN = {
    # Custom properties
    "variable": styled(":root{--p:#c00}", '<rect width="50" height="50" fill="var(--p)"/>'),
    "variable-fallback": filled("var(--p, #0a0)"),
    "variable-missing": svg('<g fill="#00c"><rect width="50" height="50" fill="var(--p)"/></g>'),
    "variable-of-variable": styled(
        ".a{--q:var(--p);--p:#c0c}",
        '<g class="a"><path d="M0 0h50v50z" style="fill:var(--q)"/></g>',
    ),
    "variable-overridden": styled(
        ":root{--p:#c00} .b{--p:#0a0}",
        '<g class="b"><rect width="50" height="50" style="fill:var(--p)"/></g>',
    ),
    # Colours
    "oklch": filled("oklch(0.6 0.16 85)"),
    "oklab": filled("oklab(59% 0.1 0.1 / 0.5)"),
    "lab": filled("lab(50% 40 59.5)"),
    "hwb": filled("hwb(194 0% 20%)"),
    "hsl": filled("hsl(120deg 50% 50%)"),
    "rgb-slash": filled("rgb(200 0 0 / 50%)"),
    "rgba": filled("rgba(200,0,0,.5)"),
    "hex-alpha": filled("#c0000080"),
    "light-dark": filled("light-dark(#c00, #fff)"),
    "display-p3": svg(
        '<rect width="90" height="90" fill="#2563EB" style="fill:#2563EB;'
        'fill:color(display-p3 0.1451 0.3882 0.9216);fill-opacity:1;"/>'
    ),
    "colour-that-is-none": svg('<rect width="90" height="90" style="fill:#c00;fill:#12"/>'),
    "current-colour": svg(
        '<g color="oklch(0.6 0.16 85)">' + SQUARE.format('stroke="currentColor"') + "</g>"
    ),
    "stop-colour": styled(
        ".s{stop-color:rgb(200 90 0)}",
        '<linearGradient id="g"><stop class="s"/><stop offset="1" stop-color="#00f"/>'
        '</linearGradient><rect width="90" height="90" fill="url(#g)"/>',
    ),
    # Selectors and the cascade
    "nesting": styled(
        "g{ & rect{fill:#c00} .b{fill:#0a0} }",
        '<g><rect width="50" height="50"/><rect class="b" y="50" width="50" height="50"/></g>',
    ),
    "is": styled(":is(rect,circle){fill:#c00}", '<rect width="50" height="50"/>'),
    "not": styled(
        "rect:not(.a){fill:#c00}",
        '<rect class="a" width="50" height="50"/><rect y="50" width="50" height="50"/>',
    ),
    "root": styled(":root{fill:#c00}", '<rect width="50" height="50"/>'),
    "nth-child": styled(
        "rect:nth-child(3){fill:#c00}",
        '<rect width="40" height="40"/><rect y="50" width="40" height="40"/>',
    ),
    "media-screen": styled("@media screen{rect{fill:#c00}}", '<rect width="50" height="50"/>'),
    "media-dark": styled(
        "rect{fill:#c00}@media (prefers-color-scheme:dark){rect{fill:#fff}}",
        '<rect width="50" height="50"/>',
    ),
    "media-print": svg(
        '<style media="print">rect{fill:#c00}</style><rect width="50" height="50"/>'
    ),
    "important": styled("*{fill:#0c0!important}", '<path d="M20 20H80V90z" style="fill:#00c"/>'),
    "later-class": styled(".a{fill:#0c0}.b{fill:#c00}", '<path class="b a" d="M20 20H80V90z"/>'),
    "capitals": svg('<rect width="50" height="50" style="FILL:#C00"/>'),
    "unset": svg(
        '<g fill="#c00"><rect width="50" height="50" fill="#0a0" style="fill:unset"/></g>'
    ),
    "initial": svg(
        '<g stroke="#c00" stroke-width="9">' + SQUARE.format('style="stroke:initial"') + "</g>"
    ),
    "use": styled(
        ".m{fill:#00c}",
        '<defs><path id="r" d="M0 0h30v30z"/></defs><use href="#r" class="m"/>'
        '<use href="#r" x="40" fill="#0c0"/>',
    ),
    # Transforms
    "translate": svg(SQUARE.format('style="transform:translate(10px,-15px)"')),
    "rotate-about": svg(SQUARE.format('style="transform:rotate(30deg);transform-origin:50% 50%"')),
    "origin-by-words": svg(
        SQUARE.format('style="transform:rotate(.1turn);transform-origin:bottom right"')
    ),
    "origin-attribute": svg(SQUARE.format('transform="rotate(45)" transform-origin="40 40"')),
    "rotate-and-scale": svg(SQUARE.format('style="rotate:20deg;scale:.5 .8;translate:10px 5px"')),
    "style-beats-attribute": svg(
        SQUARE.format('transform="scale(3)" style="transform:skewX(10deg) translateX(10%)"')
    ),
    "transform-without-units": svg(SQUARE.format('style="transform:translate(20,20)"')),
    "transform-none": svg(SQUARE.format('transform="translate(30 0)" style="transform:none"')),
    # Geometry and lengths
    "geometry": styled("rect{width:60px;height:40px;x:10px;rx:9px}", '<rect y="20" fill="#c00"/>'),
    "path-of-style": svg("""<path style="d:path('M10 10H90V50z')"/>"""),
    "calc": svg('<rect width="calc(10px + 2*20px)" height="calc(100px / 2)"/>'),
    "units": svg('<rect width="8mm" height="1cm"/><rect y="50" width="30pt" height="2pc"/>'),
    "rarer-units": svg('<rect width="100Q" height="3rem"/>'),
    "stroke-in-mm": svg(
        '<circle cx="50" cy="50" r="40" fill="none" stroke="#00c" stroke-width="3mm"/>'
    ),
    "opacity-in-percent": svg(BAR + SQUARE.format('style="opacity:50%"')),
    "page-in-mm": svg(SQUARE.format(""), 'width="60mm" height="60mm" viewBox="0 0 100 100"'),
    "page-in-pt": svg(
        SQUARE.format(""), 'width="200.000pt" height="200.000pt" viewBox="0 0 100 100"'
    ),
    "page-in-mm-without-viewbox": svg(
        '<rect x="5mm" y="5mm" width="40mm" height="30mm"/>', 'width="60mm" height="60mm"'
    ),
    "page-in-ex": svg(SQUARE.format(""), 'width="3ex" height="3ex" viewBox="0 0 100 100"'),
    "page-width-alone": svg(SQUARE.format(""), 'width="60mm" viewBox="0 0 100 50"'),
    "stretched": svg(
        SQUARE.format(""), 'width="60" height="90" viewBox="0 0 100 40" preserveAspectRatio="none"'
    ),
    "sliced": svg(
        SQUARE.format(""),
        'width="60" height="90" viewBox="0 0 100 40" preserveAspectRatio="xMinYMid slice"',
    ),
    # References, conditions, effects
    "filter-missing": svg(BAR + SQUARE.format('filter="url(#no)"')),
    "filter-of-another-kind": svg('<g id="f"/>' + BAR + SQUARE.format('style="filter:url(#f)"')),
    "clip-and-mask-missing": svg(BAR + SQUARE.format('clip-path="url(#no)" mask="url(#no)"')),
    "clip-by-style": styled(
        ".m{clip-path:url(#m)}",
        '<clipPath id="m"><rect width="50" height="50"/></clipPath>' + SQUARE.format('class="m"'),
    ),
    "shadow": svg(BAR + SQUARE.format('style="filter:drop-shadow(9px 9px 0 rgb(0 0 200 / 80%))"')),
    "multiplied": svg(BAR + SQUARE.format('style="mix-blend-mode:multiply"')),
    "switch-of-illustrator": svg(
        '<switch><foreignObject requiredExtensions="http://ns.adobe.com/AdobeIllustrator/10.0/" '
        f'width="1" height="1"/><g>{SQUARE.format("")}</g></switch>'
    ),
    "switch-by-language": svg(
        '<switch><path systemLanguage="de" d="M0 0h90v20z"/><path systemLanguage="fr,en" '
        'd="M0 0h50v50z"/><path d="M0 0h90v90z"/></switch>'
    ),
    "switch-by-feature": svg(
        '<switch><path requiredFeatures="none" d="M0 0h50v50z"/><path d="M0 0h90v90z"/></switch>'
    ),
    "text-never-drawn": styled(
        ".h{display:none}",
        f'<text class="h">a</text><defs><text>b</text></defs><text> </text>{BAR}',
    ),
    "background": svg(SQUARE.format(""), f'{SIZE} style="background:#fd0"'),
    "background-in-a-corner": svg(
        SQUARE.format(""),
        'width="60" height="90" viewBox="3 4 100 80" style="background-color:#fd0"',
    ),
    "endless-animation": svg(
        BAR + '<circle cx="60" r="20"><set attributeName="fill" to="#000" begin="click"/></circle>'
    ),
    "faded-in-from-full": svg(
        SQUARE.format("").replace("/>", ">")
        + '<animate attributeName="opacity" from="1" to="1" dur="1s" fill="freeze"/></rect>'
    ),
}
"""Drawn as a browser draws them, by name."""

THIN = svg(
    '<g transform="scale(10) rotate(5)" stroke="#c00" stroke-width="3"><path '
    'vector-effect="non-scaling-stroke" stroke-dasharray="6 3" d="M1 0L9 8"/></g>'
)
"""A stroke in pixels of the canvas, which is drawn as in a browser at that size alone."""

REFUSED = {
    "color-mix": (filled("color-mix(in srgb, red, blue)"), "fill: 'color-mix"),
    "clip-shape": (svg(SQUARE.format('style="clip-path:circle(20px)"')), "clip-path: 'circle"),
    "mask-image": (
        svg(SQUARE.format('style="mask-image:linear-gradient(#000,#fff)"')),
        "mask-image",
    ),
    "units-of-the-window": (svg('<rect width="30vw" height="50"/>'), "width: '30vw'"),
    "calc-of-percent": (svg('<rect height="9" style="width:calc(100% - 2px)"/>'), "width: 'calc"),
    "other-file": (svg(SQUARE.format('style="fill:url(other.svg#g)"')), "'other.svg#g' in fill"),
    "box-of-outline": (
        svg(
            SQUARE.format(
                'style="transform:rotate(9deg);transform-box:fill-box;transform-origin:center"'
            )
        ),
        "transform-box: fill-box",
    ),
    "turned-in-space": (
        svg(SQUARE.format('style="transform:rotateX(50deg)"')),
        "transform: rotateX",
    ),
    "root-moved": (
        svg(SQUARE.format(""), f'{SIZE} transform="rotate(9)"'),
        "<svg> has a transform",
    ),
    "stretched-thin-stroke": (
        svg(
            '<path transform="scale(2 9)" stroke="#000" d="M0 0h9" '
            'vector-effect="non-scaling-stroke"/>'
        ),
        "non-scaling-stroke",
    ),
    "dashes-by-share": (
        svg('<path d="M9 50H90" pathLength="1" stroke-dasharray=".2" stroke="#c00"/>'),
        "pathLength",
    ),
    "media-by-size": (
        styled("@media (min-width:9px){rect{fill:#c00}}", BAR),
        "@media '\\(min-width",
    ),
    "imported-rules": (styled("@import 'a.css';", BAR), "@import"),
    "selector": (styled("rect:made-up{fill:#c00}", BAR), "selector 'rect:made-up"),
    "variable-by-use": (
        styled(
            ".b{--p:#0a0}",
            '<defs><path id="r" d="M0 0h30v30z" fill="var(--p)"/></defs><use class="b" href="#r"/>',
        ),
        "several values of 'var",
    ),
    "rule-by-place": (
        styled(
            "g path{fill:#0c0}",
            '<defs><g><path id="r" d="M0 0h30v30z"/></g></defs><use href="#r"/>',
        ),
        "<path id='r'> is matched by other rules",
    ),
    "fade-in": (
        styled(
            "@keyframes f{from{opacity:0}to{opacity:1}} .a{opacity:0;animation:f 1s forwards}",
            BAR + SQUARE.format('class="a"'),
        ),
        "animation of 'opacity'",
    ),
    "drawn-by-and-by": (
        svg(
            '<path d="M9 50H90" stroke="#000" stroke-dasharray="81" stroke-dashoffset="81">'
            '<animate attributeName="stroke-dashoffset" to="0" dur="1s" fill="freeze"/></path>'
        ),
        "animation of 'stroke-dashoffset'",
    ),
    "foreign-object": (
        svg(f'{BAR}<foreignObject width="9" height="9"><p/></foreignObject>'),
        "foreign object",
    ),
    "background-picture": (
        svg(BAR, f'{SIZE} style="background:linear-gradient(red,blue)"'),
        "background picture",
    ),
}
"""Refused, by name, with a pattern of what is said."""
