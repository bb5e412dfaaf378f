"""The demo shop: a merchant with real products, seeded on the first start of a machine that runs everything."""

import importlib.util
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from tryon.catalog.fields import ProductFields
from tryon.catalog.finding import find_product
from tryon.catalog.importing import upsert_product
from tryon.catalog.models import Product
from tryon.config import PROJECT_ROOT, Settings
from tryon.db import db, transaction
from tryon.engines.base import Category
from tryon.errors import ConfigurationError
from tryon.merchants.models import Merchant
from tryon.merchants.storefront import change_storefront
from tryon.onboarding import NewMerchant, create_merchant
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import SessionFields, open_session
from tryon.wiring import Tools

SLUG = "demo"
CREDITS = 100_000
COLOURS = {"brand_color": "#8a3a20", "paper_color": "#fbfaf8", "ink_color": "#1b1a19", "corner_radius_px": 4}
"""Of the shop's own stylesheet, so that the fitting room goes with it."""
HOW_TO_GET_PICTURES = "pip install 'tryon[demo]'"
DRAWN_PICTURES = PROJECT_ROOT / "static" / "demo" / "products"
"""Of what openvto has no photo of; drawn by `tryon demo --products`."""
BEFORE_AFTER = "demo/before-after"
"""Folder below static, written by `tryon demo --before-after`."""


@dataclass(frozen=True, slots=True)
class DemoProduct:
    picture: str
    """Below the clothes folder of the openvto package, or below DRAWN_PICTURES."""
    title: str
    category: Category
    description: str
    drawn: bool = False

    @property
    def sku(self) -> str:
        return "DEMO-" + self.picture.removesuffix("_front.jpg").replace("/", "-").upper()

    def file(self, pictures: Path) -> Path:
        """Where its picture lies, given the openvto package's folder of pictures."""
        return (DRAWN_PICTURES if self.drawn else pictures / "clothes") / self.picture


@dataclass(frozen=True, slots=True)
class Look:
    """One of openvto's people in one of the products, to show what the category is like."""

    name: str
    """What is shown, in words; the picture's file name as well."""
    product: str
    """The product's picture."""
    person: str
    """File name below the people folder."""

    @property
    def file_name(self) -> str:
        return f"{self.name.lower()}.jpg"

    @property
    def ware(self) -> DemoProduct:
        return next(product for product in PRODUCTS if product.picture == self.product)


PRODUCTS = (
    DemoProduct("jackets/1_front.jpg", "Light-wash denim jacket", "outerwear", "A classic trucker in washed denim."),
    DemoProduct("shirts/3_front.jpg", "White heavyweight T-shirt", "tops", "A boxy T-shirt in thick white cotton."),
    DemoProduct("jackets/4_front.jpg", "Brown leather bomber", "outerwear", "Worn-in leather with ribbed cuffs."),
    DemoProduct("shirts/2_front.jpg", "Bandana camp shirt", "tops", "Short sleeves, open collar, paisley all over."),
    DemoProduct("jackets/3_front.jpg", "Quarter-zip sweatshirt", "tops", "Grey marl fleece with a zipped neck."),
    DemoProduct("shirts/1_front.jpg", "Blue Oxford shirt", "tops", "A button-down in soft blue Oxford cloth."),
    DemoProduct("shirts/4_front.jpg", "Distressed black T-shirt", "tops", "Washed black cotton with worn holes."),
    DemoProduct("jackets/2_front.jpg", "Studded black denim jacket", "outerwear", "Ripped denim, studs and chains."),
    DemoProduct("pants/1_front.jpg", "Dark-wash straight jeans", "bottoms", "Faded indigo denim, straight leg."),
    DemoProduct("pants/2_front.jpg", "Black high-waist leggings", "bottoms", "Smooth stretch with a wide waistband."),
    DemoProduct("pants/3_front.jpg", "Black jeans with chain", "bottoms", "Washed black denim, studs and a chain."),
    DemoProduct("skirts/1_front.jpg", "Pleated midi skirt", "bottoms", "Pressed pleats in forest green.", drawn=True),
    DemoProduct("dresses/1_front.jpg", "Ribbed swing dress", "dresses", "Long sleeves, wine-red knit.", drawn=True),
    DemoProduct("eyewear/1_front.jpg", "Tortoise glasses", "eyewear", "A round frame in flecked acetate.", drawn=True),
    DemoProduct("eyewear/2_front.jpg", "Black sunglasses", "eyewear", "A bold frame, graduated lenses.", drawn=True),
    DemoProduct("headwear/1_front.jpg", "Mustard beanie", "headwear", "Ribbed wool with a turned-up cuff.", drawn=True),
    DemoProduct("headwear/2_front.jpg", "Straw hat", "headwear", "A wide brim and a dark ribbon.", drawn=True),
    DemoProduct("footwear/1_front.jpg", "Burgundy sneakers", "footwear", "Laced, on white rubber soles.", drawn=True),
    DemoProduct("footwear/2_front.jpg", "Brown Chelsea boots", "footwear", "Leather with elastic sides.", drawn=True),
)

LOOKS = (
    Look("Tops", "shirts/2_front.jpg", "3_posture.jpg"),
    Look("Outerwear", "jackets/4_front.jpg", "3_posture.jpg"),
    Look("Trousers", "pants/1_front.jpg", "4_posture.jpg"),
    Look("Skirts", "skirts/1_front.jpg", "4_posture.jpg"),
    Look("Dresses", "dresses/1_front.jpg", "2_posture.jpg"),
    Look("Eyewear", "eyewear/1_front.jpg", "4_selfie.jpg"),
    Look("Headwear", "headwear/2_front.jpg", "2_selfie.jpg"),
    Look("Footwear", "footwear/1_front.jpg", "1_posture.jpg"),
)


def picture_folder() -> Path | None:
    """Where the openvto package keeps its pictures (clothes/, people/), or None where it is not installed."""
    package = importlib.util.find_spec("openvto")
    for place in (package.submodule_search_locations if package else None) or ():
        folder = Path(place) / "assets"
        if folder.is_dir():
            return folder
    return None


def get_picture_folder() -> Path:
    folder = picture_folder()
    if folder is None:
        raise ConfigurationError(f"The example pictures are not installed. Run: {HOW_TO_GET_PICTURES}")
    return folder


def seed_demo_shop(kit: Tools) -> NewMerchant | None:
    """Make the demo merchant if there is none, and give it the products it lacks. The merchant's keys, if just made."""
    merchant = find_demo_merchant()
    made = None if merchant else create_merchant("Demo Shop", slug=SLUG, credits=CREDITS)
    owner = merchant or (made.merchant if made else None)
    if made:
        change_storefront(made.merchant, dict(COLOURS))
    folder = picture_folder()
    if owner and folder:
        for product in PRODUCTS:
            _keep_product(owner, product, folder, kit)
    return made


def open_demo_session(kit: Tools) -> TryOnSession | None:
    """A fresh session for the demo shop's first product: a link to try right away. None without products."""
    merchant = find_demo_merchant()
    product = merchant and db.session.scalar(
        select(Product).where(Product.merchant_id == merchant.id, Product.deleted_at.is_(None)).order_by(Product.id)
    )
    if not merchant or not product:
        return None
    fields = SessionFields(product_id=product.id, return_url=product.url)
    return open_session(merchant, fields, mode="live", outbound=kit.outbound, storage=kit.storage, queue=kit.queue)


def find_demo_merchant() -> Merchant | None:
    return db.session.scalar(select(Merchant).where(Merchant.slug == SLUG, Merchant.deactivated_at.is_(None)))


def product_page(sku: str, settings: Settings) -> str:
    """The ware's page in the shop, wherever the shop is."""
    return f"{settings.demo_shop_url or settings.public_app_url + '/demo'}/{sku}"


def _keep_product(merchant: Merchant, product: DemoProduct, folder: Path, kit: Tools) -> None:
    known, page = find_product(merchant, product.sku), product_page(product.sku, kit.settings)
    if known:
        _move_page(known, page)
        return
    fields = ProductFields(
        external_id=product.sku,
        title=product.title,
        description=product.description,
        category=product.category,
        gender="unisex",
        url=page,
        images=(product.file(folder).read_bytes(),),
    )
    upsert_product(merchant, fields, outbound=kit.outbound, storage=kit.storage, queue=kit.queue)


def _move_page(product: Product, page: str) -> None:
    """The shop may have another address than at the last start."""
    if product.url != page:
        with transaction():
            product.url = page
