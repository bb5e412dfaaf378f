from pathlib import Path

import pytest

from tryon.storage.base import MissingFile, StorageError
from tryon.storage.local import LocalStorage


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


def test_what_is_written_can_be_read_replaced_and_deleted(storage: LocalStorage) -> None:
    storage.write("photos/mer_1/mdl_1.jpg", b"one")
    storage.write("photos/mer_1/mdl_1.jpg", b"two")
    assert storage.read("photos/mer_1/mdl_1.jpg") == b"two"
    storage.delete("photos/mer_1/mdl_1.jpg")
    storage.delete("photos/mer_1/mdl_1.jpg")
    with pytest.raises(MissingFile):
        storage.read("photos/mer_1/mdl_1.jpg")


def test_keys_are_listed_by_prefix_without_half_written_files(storage: LocalStorage) -> None:
    storage.write("photos/mer_1/mdl_1.jpg", b"1")
    storage.write("results/mer_1/gen_1.jpg", b"2")
    (storage.folder / "photos" / "mer_1" / ".part-x").write_bytes(b"half")
    assert set(storage.keys()) == {"photos/mer_1/mdl_1.jpg", "results/mer_1/gen_1.jpg"}
    assert list(storage.keys("results/")) == ["results/mer_1/gen_1.jpg"]


@pytest.mark.parametrize(
    "key", ["../secrets.json", "/etc/passwd", "photos/../../x.jpg", "photos/x", "a\\b.jpg", "", "photos/a.jpg\0"]
)
def test_a_key_that_could_leave_the_folder_is_refused(storage: LocalStorage, key: str) -> None:
    for act in (storage.read, storage.delete, lambda name: storage.write(name, b"x")):
        with pytest.raises(StorageError):
            act(key)


def test_a_folder_that_can_not_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    storage = LocalStorage(tmp_path / "file")
    with pytest.raises(StorageError):
        storage.check()
    with pytest.raises(StorageError):
        storage.write("photos/a/b.jpg", b"x")
