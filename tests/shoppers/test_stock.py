"""Our own people: their pictures pass what a shopper's photo must pass, and they are nobody's model."""

from datetime import timedelta
from pathlib import Path
from typing import get_args

import pytest
from PIL import Image
from sqlalchemy import select

from tests.scene import Scene
from tryon.clock import now
from tryon.config import PROJECT_ROOT
from tryon.db import db
from tryon.engines.base import Category
from tryon.engines.local.engine import LocalEngine
from tryon.errors import InvalidRequest
from tryon.generations.erasing import erase_shopper
from tryon.generations.people import count_people_with_model
from tryon.imaging.normalise import normalise_photo
from tryon.shoppers.finding import get_or_create_shopper
from tryon.shoppers.forgetting import forget_photo
from tryon.shoppers.models import Photo, Shopper
from tryon.shoppers.photos import find_current_photo
from tryon.shoppers.stock import PICTURES, keep_stock_photo, stock_models
from tryon.storage.base import MissingFile
from tryon.usage.models import UsageCount
from tryon.usage.plans import Period
from tryon.wiring import tools

STATIC = PROJECT_ROOT / "static"
CATEGORIES: tuple[Category, ...] = get_args(Category)
SIDE_MAX_PX, BYTES_MAX, SMALL_BYTES_MAX = 1_024, 120_000, 12_000


def choose(shopper: Shopper, name: str = "1", category: str = "tops") -> Photo:
    kit = tools()
    return keep_stock_photo(
        shopper, name, category, mode="live", storage=kit.storage, settings=kit.settings, queue=kit.queue
    )


@pytest.fixture(scope="module")
def engine(networks_folder: Path) -> LocalEngine:
    return LocalEngine(networks_folder)


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_model_passes_the_photo_checks_of_what_it_is_offered_for(engine: LocalEngine, category: Category) -> None:
    models = stock_models(category)
    assert len(models) >= 3
    for model in models:
        picture = normalise_photo((STATIC / model.picture).read_bytes())
        assert engine.check_person(picture.data, category).first_failure is None, model


def test_the_pictures_are_small_files_with_a_licence_beside_them() -> None:
    folder = STATIC / PICTURES
    assert "MIT licence" in (folder / "README.md").read_text()
    for path in [model.picture for category in CATEGORIES for model in stock_models(category)]:
        assert max(Image.open(STATIC / path).size) <= SIDE_MAX_PX
        assert (STATIC / path).stat().st_size <= BYTES_MAX
    for path in folder.glob("*-small.webp"):
        assert path.stat().st_size <= SMALL_BYTES_MAX


def test_a_stock_photo_is_nobodys_model_and_the_merchant_does_not_hear_of_one(scene: Scene) -> None:
    newcomer = get_or_create_shopper(scene.owner.merchant, "newcomer")
    period = Period(now() - timedelta(hours=1), now() + timedelta(hours=1))
    told = len(scene.events())
    photo = choose(newcomer)
    assert (photo.stock_model, photo.mode) == ("1-body", "live")
    assert find_current_photo(newcomer) is None
    assert count_people_with_model(scene.owner.merchant, period) == 1, "the scene's own shopper"
    counted = select(UsageCount.count).where(UsageCount.kind == "user_model")
    assert db.session.scalars(counted).all() == [1]
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
    assert len(scene.events()) == told


def test_the_same_model_again_is_the_same_photo_and_another_shoppers_is_another(
    scene: Scene, outsider_scene: Scene
) -> None:
    photo = choose(scene.shopper)
    assert choose(scene.shopper).id == photo.id
    assert choose(scene.shopper, category="eyewear").id != photo.id
    assert choose(outsider_scene.shopper).id != photo.id
    forget_photo(photo, storage=tools().storage, queue=tools().queue)
    assert choose(scene.shopper).id != photo.id


@pytest.mark.parametrize(("name", "category"), [("5", "tops"), ("", "tops"), ("../1", "tops"), ("3", "footwear")])
def test_a_model_that_is_not_offered_can_not_be_chosen(scene: Scene, name: str, category: str) -> None:
    with pytest.raises(InvalidRequest):
        choose(scene.shopper, name, category)


def test_erasing_the_shopper_erases_it_too(scene: Scene) -> None:
    key = choose(scene.shopper).file_key
    erase_shopper(scene.shopper, storage=tools().storage, queue=tools().queue)
    with pytest.raises(MissingFile):
        tools().storage.read(key)
