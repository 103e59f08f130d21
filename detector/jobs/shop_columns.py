"""The columns of manifests: our own, and those of the exports of shops and marketplaces.

Names are in lower case, with `_` for blanks. Sources: the CSV formats of Shopify and WooCommerce,
the product data specification of Google Merchant Center, the inventory file templates of Amazon.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

OWN_COLUMNS = (
    *("path", "title", "description", "category", "brand", "seller", "classes", "external_id"),
)


@dataclass(frozen=True, slots=True)
class ShopLayout:
    """Which columns of an export say what.

    `pictures` are columns with paths or addresses of pictures, in the order of the pictures;
    `several` those in which one cell may hold several, separated by commas. Of `title`, `category`
    and the others the first that is filled counts; all of `description` do. Rows with one `id` are
    one listing; `parent` names the id of another row that a row belongs to.
    """

    name: str
    pictures: tuple[str, ...]
    several: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    title: tuple[str, ...] = ("title",)
    description: tuple[str, ...] = ("description",)
    category: tuple[str, ...] = ("category",)
    brand: tuple[str, ...] = ("brand",)
    seller: tuple[str, ...] = ("seller",)
    parent: str = ""
    other_id: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is read."""
        texts = (*self.title, *self.description, *self.category, *self.brand, *self.seller)
        return (*self.pictures, *self.id, *texts, "classes")


LAYOUTS = (
    ShopLayout("own", pictures=("path",), id=("external_id", "id")),
    ShopLayout(
        "Shopify",
        pictures=("image_src", "product_image_url", "variant_image", "variant_image_url"),
        id=("handle", "url_handle"),
        description=("body_(html)", "description"),
        category=("product_category", "type"),
        brand=("vendor",),
    ),
    ShopLayout(
        "WooCommerce",
        pictures=("images",),
        several=("images",),
        id=("id", "sku"),
        title=("name",),
        description=("short_description", "description"),
        category=("categories",),
        brand=("brands", "brand"),
        parent="parent",
        other_id="sku",
    ),
    ShopLayout(
        "Google Merchant",
        pictures=("image_link", "additional_image_link", "lifestyle_image_link"),
        several=("additional_image_link",),
        id=("id",),
        category=("google_product_category", "product_type"),
        seller=("external_seller_id", "seller"),
    ),
    ShopLayout(
        "Amazon",
        pictures=(
            "main_image_url",
            *(f"other_image_url{number}" for number in range(1, 9)),
            "swatch_image_url",
        ),
        id=("item_sku", "sku", "seller_sku"),
        title=("item_name", "product_name"),
        description=(
            "product_description",
            *(f"bullet_point{number}" for number in range(1, 6)),
        ),
        category=("feed_product_type", "product_type", "item_type"),
        brand=("brand_name", "brand"),
    ),
)


def layout_of(columns: Collection[str]) -> ShopLayout | None:
    """The layout of a file with these columns, by the columns that name pictures."""
    return next((layout for layout in LAYOUTS if _any_in(layout.pictures, columns)), None)


def _any_in(names: Iterable[str], columns: Collection[str]) -> bool:
    return any(name in columns for name in names)
