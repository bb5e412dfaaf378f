from pathlib import Path

import pytest

from tryon.storage.base import check_key
from tryon.storage.folders import delete_folder
from tryon.storage.local import LocalStorage
from tryon.storage.variants import delete_picture, keep_variant, variant_key

RESULT, OTHER = "results/mer_a/gen_a-1.jpg", "results/mer_a/gen_b-1.jpg"
PHOTO = "photos/mer_a/mdl_a/photo.jpg"


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    storage = LocalStorage(tmp_path)
    for key in (RESULT, OTHER, PHOTO):
        storage.write(key, b"whole")
        keep_variant(storage, key, variant_key(key, 640, "webp"), b"small")
    return storage


def test_a_variant_lies_beside_its_picture_under_a_key_like_any_other() -> None:
    assert check_key(variant_key(PHOTO, 320, "webp")) == "photos/mer_a/mdl_a/photo-320.webp"


def test_variants_go_with_their_picture_and_nothing_else_does(storage: LocalStorage) -> None:
    delete_picture(storage, RESULT)
    delete_folder(storage, PHOTO)
    assert set(storage.keys()) == {OTHER, variant_key(OTHER, 640, "webp")}


def test_a_variant_of_a_picture_deleted_meanwhile_is_not_kept(storage: LocalStorage) -> None:
    delete_picture(storage, RESULT)
    keep_variant(storage, RESULT, variant_key(RESULT, 640, "webp"), b"small")
    assert not list(storage.keys("results/mer_a/gen_a"))
