"""The demonstration logos that show an animal.

The parameters are the details in which a look-alike sign differs (drawing/marks.py).
"""

from __future__ import annotations

from drawing.letters import word
from drawing.shapes import circle, ellipse, group, leaf, path, polygon, rect, star, svg


def quillhart() -> str:
    """A shield with a stag's head and three stars, over a serif word and a rule."""
    field, metal = "#1f3b2d", "#b98a3e"
    shield = "M60 40H340V214C340 314 268 372 200 408C132 372 60 314 60 214Z"
    border = group(path(shield, stroke=metal, width=7), "translate(14 15) scale(.93)")
    stars = "".join(star((x, 86 - abs(x - 200) / 9), 15, 6, 5, metal) for x in (156, 200, 244))
    text = word("QUILLHART", "Vollkorn-Bold", 60, field, (200, 476), tracking=0.05)
    rule = path("M40 506H160M240 506H360", stroke=metal, width=4)
    rule += star((200, 506), 12, 5, 4, metal)
    return svg(400, 530, path(shield, field) + border + _stag(field, metal) + stars + text + rule)


def _stag(field: str, metal: str) -> str:
    """The head of a stag from the front."""
    head = path(
        "M200 336C178 316 170 286 168 252L146 226L176 232C182 214 190 208 200 206"
        "C210 208 218 214 224 232L254 226L232 252C230 286 222 316 200 336Z",
        metal,
    )
    nose = path("M186 306Q200 298 214 306Q212 324 200 334Q188 324 186 306Z", field)
    eyes = circle((184, 262), 5, field) + circle((216, 262), 5, field)
    antler = path(
        "M190 210C166 196 128 190 112 132M150 186C146 164 154 146 150 122M122 158"
        "C108 156 98 150 90 138M172 198C176 178 184 166 182 146",
        stroke=metal,
        width=11,
    )
    return head + nose + eyes + antler + group(antler, "translate(400 0) scale(-1 1)")


def tidemoor(name: str = "tidemoor", moon: bool = False) -> str:
    """A spouting whale over a rounded lower-case word."""
    spout = path(
        "M176 52C176 24 152 14 134 24M180 52C180 22 206 12 224 24", stroke="#35a3c4", width=11
    )
    crescent = path("M388 20A46 46 0 1 0 432 78A38 38 0 1 1 388 20Z", "#e9b44c") if moon else ""
    text = word(name, "Quicksand-Bold", 108, "#1b4d7a", (256, 352), tracking=-0.01)
    return svg(512, 400, _whale("#1b4d7a") + spout + crescent + text)


def _whale(colour: str) -> str:
    """A whale from the side."""
    body = path(
        "M60 176C60 96 130 60 214 66C284 72 330 112 352 160C364 148 366 126 356 100"
        "C382 104 398 116 404 134C418 122 438 118 456 124C446 156 420 176 392 182"
        "C376 236 306 262 226 258C130 254 60 236 60 176Z",
        colour,
    )
    belly = path(
        "M66 194C110 224 190 222 250 202C240 236 214 254 186 256C118 250 72 234 66 194Z", "#cfe6ee"
    )
    grooves = (
        f"M{96 + 30 * i} {212 + 3 * i}Q{118 + 30 * i} {230 + i} {120 + 28 * i} {246 + i}"
        for i in range(4)
    )
    lines = "".join(path(groove, stroke=colour, width=4) for groove in grooves)
    eye = circle((116, 160), 8, "#ffffff")
    fin = path("M200 208C214 236 238 250 262 252C264 226 250 206 232 196Z", "#123552")
    return body + belly + lines + eye + fin


def brackenfox(
    name: str = "Brackenfox",
    light: str = "#e2642a",
    shade: str = "#b8481a",
    dark: str = "#33231c",
) -> str:
    """A faceted fox face beside a heavy word."""
    face = (
        polygon([(30, 40), (112, 96), (48, 168)], light)
        + polygon([(270, 40), (188, 96), (252, 168)], shade)
        + polygon([(50, 74), (96, 104), (60, 140)], dark)
        + polygon([(250, 74), (204, 104), (240, 140)], dark)
        + polygon([(112, 96), (150, 108), (150, 262), (48, 168)], light)
        + polygon([(188, 96), (150, 108), (150, 262), (252, 168)], shade)
        + polygon([(48, 168), (104, 172), (150, 262), (96, 232)], "#fbeedd")
        + polygon([(252, 168), (196, 172), (150, 262), (204, 232)], "#ecd6bc")
        + polygon([(128, 238), (172, 238), (150, 266)], dark)
        + polygon([(96, 152), (126, 164), (104, 172)], dark)
        + polygon([(204, 152), (174, 164), (196, 172)], dark)
    )
    text = word(name, "Manrope-ExtraBold", 104, dark, (306, 192), tracking=-0.03, anchor=0)
    return svg(306 + 104 * 0.60 * len(name), 300, face + text)


def heronwick() -> str:
    """A heron standing in water between reeds, in an upright oval."""
    green, gold = "#0f4a45", "#e5b769"
    oval = ellipse((170, 230), (150, 210), green) + ellipse((170, 230), (134, 194), "none", gold, 5)
    bird = (
        path(
            "M126 108C104 96 80 100 52 122C82 122 98 124 112 132"
            "C132 146 112 176 106 206C98 252 132 292 196 296C232 298 262 278 282 244"
            "C246 262 206 256 182 222C158 190 140 190 144 160C146 138 148 118 126 108Z",
            "#f6efe0",
        )
        + path("M124 106C146 96 170 98 196 116C168 114 150 116 138 124Z", gold)
        + path(
            "M146 236C172 272 226 280 270 256C248 300 196 308 160 280C146 268 142 252 146 236Z",
            "#9cc2b4",
        )
        + circle((116, 117), 4.5, green)
    )
    legs = path("M178 292V366M206 294L222 332L200 366", stroke="#f6efe0", width=7)
    water = path("M92 372H248M122 390H220M150 406H192", stroke=gold, width=6)
    reeds = path(leaf((70, 350), (60, 214), 0.07), gold)
    reeds += path(leaf((82, 354), (90, 250), 0.07), gold)
    return svg(340, 460, oval + bird + legs + water + reeds)


def pawlinka(name: str = "Pawlinka", tile: str = "#f7a8b8") -> str:
    """A smiling cat on a rounded tile, over a heavy script word."""
    ink = "#4a2545"
    base = rect((75, 20, 250, 250), tile, 62)
    ears = polygon([(118, 138), (124, 58), (186, 96)], ink)
    ears += polygon([(282, 138), (276, 58), (214, 96)], ink)
    face = ellipse((200, 164), (92, 78), ink)
    eyes = "".join(
        ellipse((x, 152), (17, 21), "#fff3d6") + ellipse((x + 2, 156), (6, 15), ink)
        for x in (164, 236)
    )
    nose = polygon([(190, 180), (210, 180), (200, 192)], tile)
    mouth = path(
        "M200 192V202M200 202Q188 218 174 206M200 202Q212 218 226 206", stroke=tile, width=5
    )
    whiskers = path(
        "M96 172L140 180M96 198L140 194M304 172L260 180M304 198L260 194", stroke="#fff3d6", width=4
    )
    text = word(name, "LeckerliOne-Regular", 92, ink, (200, 366))
    return svg(400, 420, base + ears + face + eyes + nose + mouth + whiskers + text)


def larkentide() -> str:
    """A songbird in flight beside a light word, with a smaller line of capitals."""
    bird = (
        path(
            "M40 190C96 196 150 176 190 132C176 196 128 244 62 240C84 226 66 206 40 190Z", "#0b7a75"
        )
        + path(
            "M120 176C120 112 154 62 214 34C210 92 214 122 190 160C174 184 150 190 120 176Z",
            "#19a79f",
        )
        + path(
            "M150 168C168 116 212 84 272 80C248 122 240 160 196 180C178 188 162 184 150 168Z",
            "#7ed3c4",
        )
        + path(
            "M178 150C206 130 236 134 252 152L284 160L252 172C236 204 196 212 160 196Z", "#0b4f55"
        )
        + circle((236, 156), 5, "#ffffff")
    )
    font = "Quicksand-Medium"
    text = word("larkentide", font, 110, "#0b4f55", (316, 186), tracking=0.01, anchor=0)
    small = word("PAPER GOODS", font, 34, "#19a79f", (322, 242), tracking=0.32, anchor=0)
    return svg(900, 290, bird + text + small)
