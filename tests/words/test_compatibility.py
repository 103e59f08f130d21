"""Names of what goods fit. Only real names show how sellers write."""

from __future__ import annotations

import pytest

from detector.words.compatibility import compatibility_in_run, compatibility_phrase
from detector.words.tokens import tokens_of

FITS = [
    ("toner for Canon LBP 2900", "Canon"),
    ("Compatible with Brother HL-2030", "Brother"),
    ("case fits Apple iPhone 13", "Apple"),
    ("Canon-compatible ink", "Canon"),
    ("Canon BP-511 compatible battery", "Canon"),
    ("Toner für Brother HL-L2350DW", "Brother"),
    ("Ersatzakku passend für Dell Latitude", "Dell"),
    ("coque pour Apple iPhone", "Apple"),
    ("cartouche compatible avec Epson", "Epson"),
    ("funda para Samsung Galaxy", "Samsung"),
    ("cartuccia compatibile con HP e Canon", "Canon"),
    ("hoesje geschikt voor Nokia", "Nokia"),
    ("zamiennik do Canon", "Canon"),
    ("etui do Samsung", "Samsung"),
    ("batteri passar till Sony", "Sony"),
    ("Samsung A51 uyumlu kılıf", "Samsung"),
    ("iPhone 13 için kılıf", "iPhone"),
    ("Чехол для Xiaomi Redmi", "Xiaomi"),
    ("картридж совместимый с Canon", "Canon"),
    ("适用佳能打印机", "佳能"),
    ("佳能用墨盒", "佳能"),
    ("キヤノン用インク", "キヤノン"),
    ("캐논용 토너", "캐논"),
    ("charger for HP, Dell, Lenovo and Acer laptops", "Acer"),
    ("strap for Samsung Galaxy Watch, Garmin", "Garmin"),
    ("Replacement Canon LP-E6 battery", "Canon"),
    ("filter for use with your Dyson V8", "Dyson"),
    ("Capa para Xiaomi", "Xiaomi"),
]
OWN = [
    ("Shampoo für trockenes Haar Comtean", "Comtean"),
    ("Buty do biegania męskie Ardent", "Ardent"),
    ("шампунь для сухих волос Comtean", "Comtean"),
    ("Shoes for Men Nike Air Max", "Nike"),
    ("Bolso para mujer Gucci", "Gucci"),
    ("Canon toner for laser printers", "Canon"),
    ("Case for iPhone by Spigen", "Spigen"),
    ("Handyhülle für Damen von Gucci", "Gucci"),
    ("Gift for Christmas Rolex watch", "Rolex"),
    ("Canon LBP 2900 printer", "Canon"),
    ("Laptop bag for work | Targus", "Targus"),
    ("Sony Kopfhörer für Kinder", "Sony"),
    ("Trainers for women Adidas", "Adidas"),
    ("кроссовки для мужчин Nike", "Nike"),
    ("索尼用户手册", "索尼"),
    ("Toner for HP - Aurelo brand", "Aurelo"),
]


def phrase_of(text, name):
    start = text.index(name)
    end = start + len(name)
    tokens = tokens_of(text)
    rows = [n for n, token in enumerate(tokens) if token.start < end and token.end > start]
    phrase = compatibility_phrase(tokens, rows[0], rows[-1] + 1)
    return phrase or compatibility_in_run(text, start, end)


@pytest.mark.parametrize(("text", "name"), FITS)
def test_a_name_of_what_goods_fit_is_known(text, name):
    assert phrase_of(text, name)


@pytest.mark.parametrize(("text", "name"), OWN)
def test_a_name_of_the_goods_themselves_is_none(text, name):
    assert not phrase_of(text, name)


def test_a_long_title_is_read_up_to_a_limit():
    assert phrase_of("for Dell" + " XT-500" * 5 + " Acer", "Acer")
    assert not phrase_of("for Dell" + " XT-500" * 50 + " Acer", "Acer")
