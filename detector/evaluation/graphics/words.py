"""Words on graphics: invented names, and what shops, labels and pages say. No brand is named."""

from __future__ import annotations

from random import Random


def _listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_STARTS = _listed("""
bra kro vel tri sno plu dre gri swa fla ho mu ka ze qui ya tho wex pry ost ul ev om ir as
gne sku dwi cle fro bru hae lin jo
""")
_ENDS = _listed("""
mbek vander lby strup quist ffin nnick ssel dwyn rholt ttica lmar xley zzoli ckham vsky ndra
pplin rgam bsen tzel vista nova thra mmond ggins llow rrik chter
""")
_TRADES = _listed("""
Tools Ceramics Outdoor Textiles Bakery Garden Optics Knitwear Leather Cycles Toys Cosmetics
Electric Furniture Workshop Brewing Interiors Supply Trading
""")
GOODS = (
    "jacket", "T-shirt", "linen dress", "rain boots", "desk lamp", "tea kettle", "yoga mat",
    "backpack", "wall clock", "knife set", "wool scarf", "phone stand", "garden hose",
    "picture frame", "baby blanket", "running socks", "storage box", "mixing bowl", "power strip",
    "cotton pillow", "bath towel", "camping chair", "leather belt", "pet bed",
)  # fmt: skip
_ADJECTIVES = _listed("""
handmade vintage waterproof foldable soft large striped organic portable classic warm light
adjustable heavy-duty wireless quilted
""")
FEATURES = (
    "Waterproof", "Quick dry", "Easy to clean", "100 % cotton", "Foldable", "2 year warranty",
    "Free returns", "Anti-slip", "Breathable", "Large capacity", "Low noise", "BPA free",
    "Recyclable", "Fast charging", "Soft touch", "UV resistant", "Hand finished", "Tool-free setup",
)  # fmt: skip
OFFERS = (
    "SALE", "BIG SALE", "LAST CHANCE", "NEW IN", "FREE SHIPPING", "BUY 2 GET 1", "LIMITED OFFER",
    "FLASH DEAL", "CLEARANCE", "SUMMER DEALS", "THANK YOU", "GRAND OPENING", "BEST PRICE",
)  # fmt: skip
SLOGANS = (
    "do more of what makes you happy", "coffee first", "home is where we are", "stay wild",
    "the mountains are calling", "slow down", "good things take time", "made by hand",
    "never stop learning", "dance in the rain", "today is a good day", "less but better",
    "hello sunshine", "keep going", "dream big", "be kind",
)  # fmt: skip
MATERIALS = (
    "COTTON", "COTON", "BAUMWOLLE", "ALGODON", "POLYESTER", "ELASTANE", "WOOL", "LAINE", "VISCOSE",
    "LINEN", "NYLON", "ACRYLIC", "KATOEN", "BAWELNA",
)  # fmt: skip
CARE = (
    "MACHINE WASH COLD", "DO NOT BLEACH", "TUMBLE DRY LOW", "IRON LOW HEAT", "DO NOT DRY CLEAN",
    "WASH WITH LIKE COLOURS", "WASH INSIDE OUT", "KEEP AWAY FROM FIRE", "RESHAPE WHILST DAMP",
    "NE PAS REPASSER", "LAVER SEPAREMENT", "NICHT BLEICHEN", "LAVAR A MANO",
)  # fmt: skip
SIZES = ("XS", "S", "M", "L", "XL", "XXL", "3XL")
COLOURS = ("Ivory", "Sand", "Brick", "Moss", "Navy", "Rust", "Teal", "Plum", "Coal", "Sky", "Rose",
           "Mint", "Lemon", "Stone", "Cocoa", "Wine")  # fmt: skip
TOWNS = ("Neuwald", "Port Elm", "Sankt Veit", "Kirkby", "Vallmora", "Ostheim", "Rivabella")
_COMMON = _listed("""
the of and a to in is it that for on with as at this by from or be are not have has will can
which their all when there more other time some only new also may use used each part made water
light place work hand year day small large after before under over between through where while
should must never always keep parts product care carefully surface remove cover open close turn
hold press clean dry cloth store cool warm children adult service customer order return period
days receipt damage condition material colour differ slightly screen measure allow minutes
again instructions battery switch device cable plug table side front back upper lower
""")


def name(random: Random) -> str:
    """An invented name."""
    return (random.choice(_STARTS) + random.choice(_ENDS)).capitalize()


def company(random: Random) -> str:
    """An invented name, some with a trade or a second name."""
    kind = random.random()
    if kind < 0.35:
        return f"{name(random)} {random.choice(_TRADES)}"
    if kind < 0.45:
        return f"{name(random)} & {name(random)}"
    return name(random)


def cased(random: Random, text: str) -> str:
    """The text as it is, in capitals, or in lower case."""
    return random.choice((text, text.upper(), text.upper(), text.lower()))


def title(random: Random) -> str:
    """The title of a product on sale."""
    first, second = random.sample(_ADJECTIVES, 2)
    return f"{first.capitalize()} {second} {random.choice(GOODS)}"


def price(random: Random) -> str:
    """A price in some currency."""
    value = random.choice((random.randint(1, 20), random.randint(10, 400)))
    cents = random.choice(("99", "90", "50", "00", "95"))
    return random.choice((f"${value}.{cents}", f"EUR {value}.{cents}", f"{value},{cents} €",
                          f"£{value}.{cents}"))  # fmt: skip


def prose(random: Random, count: int) -> str:
    """Sentences of about `count` words in all."""
    words: list[str] = []
    while len(words) < count:
        sentence = [random.choice(_COMMON) for _ in range(random.randint(5, 14))]
        words += [sentence[0].capitalize(), *sentence[1:-1], f"{sentence[-1]}."]
    return " ".join(words)


def date(random: Random) -> str:
    """A date."""
    return f"{random.randint(1, 28):02d}.{random.randint(1, 12):02d}.20{random.randint(10, 26)}"


def digits(random: Random, count: int) -> str:
    """A number of so many digits."""
    return "".join(random.choice("0123456789") for _ in range(count))
