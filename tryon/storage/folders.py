"""A folder of files that live and die together: a picture, and what engines keep beside it."""

from tryon.storage.base import MissingFile, Storage


def folder_of(key: str) -> str:
    """photos/mer_1/mdl_1/photo.jpg → photos/mer_1/mdl_1/"""
    return key.rpartition("/")[0] + "/"


def beside(key: str, name: str) -> str:
    """The key of another file in the folder of `key`."""
    return folder_of(key) + name


def delete_folder(storage: Storage, key: str) -> None:
    """Delete the file, and then everything beside it: what somebody makes of it meanwhile is seen, or sees it gone."""
    storage.delete(key)
    for each in list(storage.keys(folder_of(key))):
        storage.delete(each)


def read_if_there(storage: Storage, key: str) -> bytes | None:
    try:
        return storage.read(key)
    except MissingFile:
        return None
