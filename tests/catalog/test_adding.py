import pytest

from tests.pictures import card
from tests.scene import Scene
from tryon.catalog import adding
from tryon.catalog.adding import add_picture
from tryon.catalog.models import ProductImage
from tryon.catalog.removing import remove_product
from tryon.errors import InvalidImage, InvalidRequest, NotFound
from tryon.storage.base import MissingFile
from tryon.wiring import tools


def add(scene: Scene, data: bytes, **how: str) -> ProductImage:
    kit = tools()
    return add_picture(scene.product, data, outbound=kit.outbound, storage=kit.storage, queue=kit.queue, **how)  # type: ignore[arg-type]


def test_a_picture_comes_first_last_or_alone(scene: Scene) -> None:
    [first] = scene.product.images
    main = add(scene, card("blue"))
    last = add(scene, card("green"), placement="more")
    assert scene.product.images == [main, first, last]
    assert [image.position for image in scene.product.images] == [0, 1, 2]
    only = add(scene, card("white"), placement="only")
    assert scene.product.images == [only]
    with pytest.raises(MissingFile):
        tools().storage.read(first.file_key or "")
    assert tools().storage.read(only.file_key or "")


def test_what_is_refused_leaves_no_file(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(tools().storage.keys("products/"))
    with pytest.raises(InvalidImage):
        add(scene, b"no picture")
    monkeypatch.setattr(adding, "IMAGES_MAX", 1)
    with pytest.raises(InvalidRequest) as refusal:
        add(scene, card("blue"))
    assert refusal.value.code == "too_many_images"
    assert set(tools().storage.keys("products/")) == before
    remove_product(scene.product, storage=tools().storage)
    with pytest.raises(NotFound):
        add(scene, card("blue"), placement="only")
    assert set(tools().storage.keys("products/")) == set()
