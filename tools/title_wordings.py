"""Wordings of product titles for `measure_titles.py`, written after those of real marketplaces.

`LANGUAGES` holds goods by Nice class, properties and patterns of ten languages; `USES` are titles in
which a word that could be a mark is an ordinary one. No name here is taken from a marketplace.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One language: goods by class, properties, and patterns.

    In patterns `{b}` is a name, `{m}` a model number, `{g}` goods, `{p}` and `{q}` properties.
    `category` names a shop's category by class.
    """

    goods: dict[int, tuple[str, ...]]
    category: dict[int, str]
    properties: tuple[str, ...]
    first: tuple[str, ...]
    by: tuple[str, ...]
    middle: tuple[str, ...]
    compatible: tuple[str, ...]
    plain: tuple[str, ...]


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";"))


LANGUAGES = {
    "en": Wording(
        {
            9: _listed("wireless mouse; laser printer; HDMI cable 2 m; noise cancelling headphones;"
                       " 16GB flash drive; projector; label maker; digital camera"),
            16: _listed("gel pens 12 pack; sticky notes 3x3 in; copy paper 500 sheets; stapler;"
                        " file folders letter size; whiteboard markers"),
            25: _listed("men's running shoes; hooded sweatshirt; women's leggings; rain jacket"),
            21: _listed("ceramic coffee mug; stainless steel water bottle; frying pan 28 cm"),
            3: _listed("shampoo for dry hair; body lotion; eau de parfum spray"),
            28: _listed("building blocks set; jigsaw puzzle 1000 pieces; plush toy rabbit"),
        },
        {9: "Electronics > Computers", 16: "Office Supplies > Paper", 25: "Clothing & Shoes > Shirts",
         21: "Kitchen > Mugs", 3: "Beauty > Shampoo", 28: "Toys & Games > Puzzles"},
        _listed("black; size M; with case; dark blue; lightweight; for travel; 2 pack; high quality;"
                " refillable; easy to clean; gift box; fast shipping; large; 2024 edition"),
        _listed("{b} {g} {p}; {b} {m} {g}; New {b} {g}, {p}, {q}; {b} {g} - {p}; {b} {m} {g} {p} ({q});"
                " Genuine {b} {g} {p}"),
        _listed("{g} by {b}, {p}; {g} {p} by {b}; {g} brand: {b} {p}; {g} {b} {m} {p}"),
        _listed("{p} {g} {b} {q}; {g} {b} {p}; {g} {p} {b}"),
        _listed("case for {b} {m} {p}; toner cartridge compatible with {b} {m}; {p} charger for {b}"
                " {m}; replacement battery for {b} {m}; screen protector fits {b} {m} {p};"
                " {b}-compatible ink {p}; {b} {m} compatible toner {p}"),
        _listed("{g} {p}; {p} {g}, {q}; {m} {g} {p}; {g} {p} - {q}"),
    ),
    "de": Wording(
        {
            9: _listed("kabellose Maus; Laserdrucker; HDMI Kabel 2 m; Kopfhörer mit Mikrofon; USB-Stick"
                       " 16 GB; Beamer; Digitalkamera; Ladegerät 20 W"),
            16: _listed("Gelstifte 12 Stück; Haftnotizen gelb; Kopierpapier 500 Blatt; Tacker;"
                        " Aktenordner breit"),
            25: _listed("Herren Laufschuhe; Kapuzenpullover; Damen Leggings; Regenjacke"),
            21: _listed("Kaffeetasse aus Keramik; Trinkflasche Edelstahl; Bratpfanne 28 cm"),
            3: _listed("Shampoo für trockenes Haar; Körperlotion; Parfüm 50 ml"),
            28: _listed("Bausteine Set; Puzzle 1000 Teile; Kuscheltier Hase"),
        },
        {9: "Computer > Drucker", 16: "Bürobedarf > Papier", 25: "Mode > Schuhe",
         21: "Küche > Tassen", 3: "Drogerie > Shampoo", 28: "Spielzeug > Puzzle"},
        _listed("schwarz; Größe M; weiß neu; mit Tasche; dunkelblau; leicht; für die Reise; 2er Pack;"
                " hochwertig; nachfüllbar; groß; Geschenkbox; blitzschneller Versand"),
        _listed("{b} {g} {p}; {b} {m} {g}; Neu {b} {g}, {p}; Original {b} {g} {p}"),
        _listed("{g} von {b} {p}; {g} Marke {b} {p}; {g} {b} {m} {p}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("Hülle für {b} {m} {p}; Toner kompatibel mit {b} {m}; Ladegerät passend für {b} {m};"
                " Ersatzakku für {b} {m} {p}"),
        _listed("{g} {p}; {g}, {p}, {q}; {m} {g} {p}"),
    ),
    "fr": Wording(
        {
            9: _listed("souris sans fil; imprimante laser; câble HDMI 2 m; casque avec micro; clé USB 16"
                       " Go; appareil photo"),
            16: _listed("stylos gel lot de 12; notes adhésives; papier 500 feuilles; agrafeuse"),
            25: _listed("chaussures de course homme; sweat à capuche; veste de pluie"),
            21: _listed("tasse à café en céramique; gourde inox; poêle 28 cm"),
            3: _listed("shampooing cheveux secs; crème pour le corps; parfum 50 ml"),
            28: _listed("jeu de construction; puzzle 1000 pièces; peluche lapin"),
        },
        {9: "Informatique > Imprimante", 16: "Fournitures > Papier", 25: "Mode > Chaussures",
         21: "Cuisine > Tasse", 3: "Beauté > Parfum", 28: "Jouets > Puzzle"},
        _listed("noir; taille M; bleu foncé; léger; pour le voyage; lot de 2; haute qualité; grand;"
                " livraison rapide; neuf"),
        _listed("{b} {g} {p}; {b} {m} {g}; Nouveau {b} {g} {p}"),
        _listed("{g} par {b} {p}; {g} marque {b} {p}; {g} {b} {m}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("coque pour {b} {m} {p}; toner compatible avec {b} {m}; chargeur pour {b} {m} {p}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "es": Wording(
        {
            9: _listed("ratón inalámbrico; impresora láser; cable HDMI 2 m; auriculares con micrófono;"
                       " cámara digital"),
            16: _listed("bolígrafos de gel 12 unidades; papel 500 hojas; grapadora"),
            25: _listed("zapatillas de running hombre; sudadera con capucha; chaqueta impermeable"),
            21: _listed("taza de café de cerámica; botella de acero; sartén 28 cm"),
            3: _listed("champú para cabello seco; crema corporal; perfume 50 ml"),
            28: _listed("juguete de construcción; puzle 1000 piezas; peluche conejo"),
        },
        {9: "Electrónica > Impresora", 16: "Oficina > Papel", 25: "Ropa > Zapatos",
         21: "Cocina > Taza", 3: "Belleza > Perfume", 28: "Juguetes > Puzle"},
        _listed("negro; talla M; azul oscuro; ligero; para viaje; alta calidad; grande; envío rápido;"
                " nuevo"),
        _listed("{b} {g} {p}; {b} {m} {g}; Nuevo {b} {g} {p}"),
        _listed("{g} marca {b} {p}; {g} {b} {m} {p}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("funda para {b} {m} {p}; tóner compatible con {b} {m}; cargador para {b} {m} {p}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "it": Wording(
        {
            9: _listed("mouse senza fili; stampante laser; cavo HDMI 2 m; cuffie con microfono"),
            16: _listed("penne gel 12 pezzi; carta 500 fogli; cucitrice da ufficio"),
            25: _listed("scarpe da corsa uomo; felpa con cappuccio; giacca impermeabile"),
            21: _listed("tazza da caffè in ceramica; bottiglia in acciaio; padella 28 cm"),
            3: _listed("shampoo per capelli secchi; crema corpo; profumo 50 ml"),
            28: _listed("giocattolo costruzioni; puzzle 1000 pezzi; peluche coniglio"),
        },
        {9: "Informatica > Stampante", 16: "Ufficio > Carta", 25: "Moda > Scarpe",
         21: "Cucina > Tazza", 3: "Bellezza > Profumo", 28: "Giochi > Puzzle"},
        _listed("nero; taglia M; blu scuro; leggero; da viaggio; alta qualità; grande; nuovo"),
        _listed("{b} {g} {p}; {b} {m} {g}; Nuovo {b} {g} {p}"),
        _listed("{g} marca {b} {p}; {g} {b} {m} {p}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("custodia per {b} {m} {p}; toner compatibile con {b} {m}; caricatore per {b} {m}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "nl": Wording(
        {
            9: _listed("draadloze muis; laserprinter; HDMI kabel 2 m; koptelefoon met microfoon"),
            16: _listed("gelpennen 12 stuks; papier 500 vel; nietmachine"),
            25: _listed("hardloopschoenen heren; trui met capuchon; regenjas"),
            21: _listed("koffiemok van keramiek; drinkfles rvs; koekenpan 28 cm"),
            3: _listed("shampoo voor droog haar; parfum 50 ml"),
            28: _listed("speelgoed bouwset; puzzel 1000 stukjes; knuffel konijn"),
        },
        {9: "Computers > Printer", 16: "Kantoor > Papier", 25: "Kleding > Schoenen",
         21: "Keuken > Mok", 3: "Verzorging > Parfum", 28: "Speelgoed > Puzzel"},
        _listed("zwart; maat M; donkerblauw; licht; voor op reis; hoge kwaliteit; groot; nieuw"),
        _listed("{b} {g} {p}; {b} {m} {g}; Nieuw {b} {g} {p}"),
        _listed("{g} van {b} {p}; {g} merk {b} {p}; {g} {b} {m}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("hoesje voor {b} {m} {p}; toner geschikt voor {b} {m}; oplader voor {b} {m} {p}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "pl": Wording(
        {
            9: _listed("mysz bezprzewodowa; drukarka laserowa; kabel HDMI 2 m; słuchawki z mikrofonem"),
            16: _listed("długopisy żelowe 12 sztuk; papier ksero 500 arkuszy; zszywacz"),
            25: _listed("buty do biegania męskie; bluza z kapturem; kurtka przeciwdeszczowa"),
            21: _listed("kubek do kawy ceramiczny; butelka stalowa; patelnia 28 cm"),
            3: _listed("szampon do włosów suchych; krem do ciała; perfumy 50 ml"),
            28: _listed("zabawka klocki; puzzle 1000 elementów; pluszak królik"),
        },
        {9: "Elektronika > Drukarka", 16: "Biuro > Papier", 25: "Moda > Buty",
         21: "Kuchnia > Kubek", 3: "Uroda > Perfumy", 28: "Zabawki > Puzzle"},
        _listed("czarny; rozmiar M; granatowy; lekki; wysoka jakość; duży; nowy"),
        _listed("{b} {g} {p}; {b} {m} {g}; Nowy {b} {g} {p}"),
        _listed("{g} marki {b} {p}; {g} firmy {b} {p}; {g} {b} {m}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("etui do {b} {m} {p}; toner zamiennik do {b} {m}; ładowarka do {b} {m}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "pt": Wording(
        {
            9: _listed("rato sem fios; impressora laser; cabo HDMI 2 m; auscultadores com microfone"),
            16: _listed("canetas gel 12 unidades; papel 500 folhas; agrafador"),
            25: _listed("sapatos de corrida homem; camisola com capuz; casaco impermeável"),
            21: _listed("caneca de café em cerâmica; garrafa de aço; frigideira 28 cm"),
            3: _listed("champô para cabelo seco; creme corporal; perfume 50 ml"),
            28: _listed("brinquedo de construção; puzzle 1000 peças; peluche coelho"),
        },
        {9: "Informática > Impressora", 16: "Escritório > Papel", 25: "Moda > Sapatos",
         21: "Cozinha > Caneca", 3: "Beleza > Perfume", 28: "Brinquedos > Puzzle"},
        _listed("preto; tamanho M; azul escuro; leve; alta qualidade; grande; novo"),
        _listed("{b} {g} {p}; {b} {m} {g}; Novo {b} {g} {p}"),
        _listed("{g} marca {b} {p}; {g} {b} {m} {p}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("capa para {b} {m} {p}; toner compatível com {b} {m}; carregador para {b} {m}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "ru": Wording(
        {
            9: _listed("мышь беспроводная; лазерный принтер; кабель HDMI 2 м; наушники с микрофоном"),
            16: _listed("ручки гелевые 12 шт; бумага офисная 500 листов; степлер"),
            25: _listed("кроссовки мужские; толстовка с капюшоном; куртка женская"),
            21: _listed("кружка керамическая; бутылка для воды; сковорода 28 см"),
            3: _listed("шампунь для сухих волос; крем для тела; духи 50 мл"),
            28: _listed("игрушка конструктор; пазл 1000 деталей; кукла"),
        },
        {9: "Электроника > Принтер", 16: "Канцтовары > Бумага", 25: "Одежда > Обувь",
         21: "Кухня > Кружка", 3: "Красота > Духи", 28: "Игрушки > Пазл"},
        _listed("черный; размер M; темно-синий; легкий; высокое качество; большой; новый"),
        _listed("{b} {g} {p}; {b} {m} {g}; Новый {b} {g} {p}"),
        _listed("{g} от {b} {p}; {g} фирмы {b} {p}; {g} {b} {m}"),
        _listed("{g} {b} {p}; {g} {p} {b}"),
        _listed("чехол для {b} {m} {p}; картридж совместимый с {b} {m}; зарядка для {b} {m} {p}"),
        _listed("{g} {p}; {g}, {p}, {q}; {g} {m} {p}"),
    ),
    "zh": Wording(
        {
            9: _listed("无线鼠标; 激光打印机; 降噪耳机; 数码相机; 充电器"),
            16: _listed("圆珠笔12支装; 打印纸500张; 订书机"),
            25: _listed("男士运动鞋; 羽绒服女; 连帽卫衣"),
            21: _listed("陶瓷马克杯; 不锈钢水杯"),
            3: _listed("洗发水500ml; 香水50ml"),
            28: _listed("积木玩具; 拼图1000片"),
        },
        {9: "电脑 打印机", 16: "办公 标签", 25: "服装 运动鞋", 21: "厨房 水杯", 3: "美妆 香水",
         28: "玩具"},
        _listed("黑色; 新款; 正品; 包邮; 2024; 送礼; 大容量"),
        _listed("{b}{g}{p}; {b} {g} {p}; {b} {m}{g}"),
        _listed("{p}品牌 {b} {g}; {g}{b} {m}"),
        _listed("{g}{b}{g}; {g} {b} {p}"),
        _listed("适用{b} {m}保护壳{p}; {b}用墨盒; 兼容{b}硒鼓{p}"),
        _listed("{p}{g}{q}; {g} {p} {q}"),
    ),
}  # fmt: skip

USES = {
    "crown": "princess crown for birthday party; crown molding 8 ft white; flower crown headband pink",
    "edge": "cutting edge trimmer blades; hdtv glass edge stand; edge banding white oak 25 ft",
    "apple": "apple juice 1 l; apple cinnamon scented candle; green apple slices dried",
    "brother": "big brother t-shirt for boys; birthday card for brother; brother and sister pajamas",
    "shell": "sea shell necklace; hard shell suitcase 24 in; taco shell holder",
    "anchor": "boat anchor 10 lb; drywall anchor kit 100 pcs; anchor chain shackle",
    "summit": "mountain summit poster; summit view puzzle 1000 pieces; tent for summit hikes",
    "falcon": "falcon bird figurine; peregrine falcon art print; millennium falcon style kite",
    "maple": "maple syrup 500 ml; maple wood cutting board; japanese maple tree seeds",
    "pilot": "pilot costume for kids; student pilot logbook; aviator pilot sunglasses case",
    "beacon": "safety beacon light amber; beacon poster lighthouse; emergency beacon lamp",
    "tiger": "tiger plush toy; tiger stripe leggings; white tiger poster",
    "target": "archery target 24 in; paper target 50 sheets; target stand for darts",
    "bridge": "bridge playing cards; wooden train bridge; nose bridge strips for masks",
    "window": "window fan 9 in; window film frosted; stained glass window print",
    "cloud": "cloud pillow plush; cloud night light kids; storm cloud umbrella",
    "arrow": "arrow necklace silver; arrow keys keyboard; bow and arrow set",
    "forest": "forest wallpaper green; forest animals puzzle; rain forest shower head",
    "river": "river rocks 5 lb; river table mold; white river fishing lure",
    "stone": "stone bracelet; pizza stone 15 in; kidney stone cleanse tea",
    "sage": "sage smudge stick; sage green curtains; dried sage leaves 100 g",
    "ember": "glowing ember fireplace insert; ember orange nail polish; fire pit ember screen",
    "otter": "sea otter plush; otter sticker pack; otter mug ceramic",
    "quartz": "rose quartz roller; quartz countertop cleaner; quartz wall clock silent",
}
"""Titles in which words are ordinary, though each could be a mark."""

NAMES = _listed(
    "verdant; cobalt; zenith; monarch; corsair; meridian; halcyon; paragon; vanguard; sterling; tempest;"
    " nomad; kestrel; cascade; ardent; sentinel; pinnacle; catalyst; emissary; lodestar"
)
"""Rarer dictionary words that are marks here, in the manner of firms."""
