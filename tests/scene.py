"""A merchant with everything a try-on needs, in the database and in storage: for tests of what comes after."""

from dataclasses import dataclass

from sqlalchemy import select

from tests.engines.quick import QuickEngine
from tests.pictures import card, small_person
from tryon.catalog.fields import ProductFields
from tryon.catalog.importing import upsert_product
from tryon.catalog.models import Product
from tryon.db import db
from tryon.generations.models import Generation
from tryon.generations.request import request_generation
from tryon.generations.run import run_generation
from tryon.onboarding import NewMerchant
from tryon.sessions.models import TryOnSession
from tryon.sessions.opening import SessionFields, open_session
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import keep_photo
from tryon.webhooks.models import Event
from tryon.wiring import tools


@dataclass
class Scene:
    """Its verbs are the domain's own, with this merchant's things filled in."""

    owner: NewMerchant
    product: Product
    shopper: Shopper
    photo: Photo

    @property
    def merchant_id(self) -> str:
        return self.owner.merchant.id

    def open_session(self, **fields: object) -> TryOnSession:
        given = SessionFields(**({"product_id": self.product.external_id} | fields))
        kit = tools()
        return open_session(
            self.owner.merchant, given, mode="live", outbound=kit.outbound, storage=kit.storage, queue=kit.queue
        )

    def request(self, session: TryOnSession | None = None, mode: str = "live") -> Generation:
        kit = tools()
        shopper, photo = self.shopper, self.photo
        if session is not None and session.shopper_id != shopper.id:
            shopper = db.session.get_one(Shopper, session.shopper_id)
            photo = keep(shopper)
        return request_generation(
            shopper, photo, [self.product], mode=mode, settings=kit.settings, queue=kit.queue, session=session
        )

    def add_product(self, external_id: str, title: str, picture: bytes) -> Product:
        return add_product(self.owner, ProductFields(external_id, title, images=(picture,)))

    def events(self, type: str | None = None) -> list[Event]:
        query = select(Event).where(Event.merchant_id == self.merchant_id).order_by(Event.id)
        return list(db.session.scalars(query.where(Event.type == type) if type else query))


def set_scene(owner: NewMerchant) -> Scene:
    fields = ProductFields("SKU-1", "Red shirt", url="https://corner.example/p/1", images=(card("red"),))
    product = add_product(owner, fields)
    shopper = get_or_create_shopper(owner.merchant, "customer-1")
    return Scene(owner, product, shopper, keep(shopper))


def add_product(owner: NewMerchant, fields: ProductFields) -> Product:
    kit = tools()
    return upsert_product(owner.merchant, fields, outbound=kit.outbound, storage=kit.storage, queue=kit.queue)[0]


def keep(shopper: Shopper) -> Photo:
    kit = tools()
    return keep_photo(
        shopper,
        small_person(),
        has_consent=True,
        engine=QuickEngine(),
        storage=kit.storage,
        settings=kit.settings,
        queue=kit.queue,
    )


def work(generation: Generation, engine: QuickEngine | None = None) -> str:
    """Do what a worker does with this generation, and look at the row again."""
    tools().use_engine(engine or QuickEngine())
    return run(generation)


def run(generation: Generation) -> str:
    """The same by the engines that are in the rack."""
    kit = tools()
    outcome = run_generation(
        generation.id,
        engines=kit.engines,
        outbound=kit.outbound,
        storage=kit.storage,
        links=kit.links,
        queue=kit.queue,
        settings=kit.settings,
    )
    db.session.refresh(generation)
    return outcome
