"""Looking at a shopper's photo as soon as it is given, so that only the dressing is left when they ask for it."""

from tryon.db import db
from tryon.engines.base import Engine, prepared_name
from tryon.engines.errors import EngineRefusal
from tryon.shoppers.models import Photo
from tryon.storage.base import Storage
from tryon.storage.folders import beside, read_if_there


def prepare_photo(photo_id: str, *, engine: Engine, storage: Storage) -> None:
    """Keep the engine's preparations beside the photo; they are erased with it, also if that happens right now."""
    photo = db.session.get(Photo, photo_id)
    if photo is None or photo.erased_at is not None:
        return
    source = photo.file_key
    picture, key = read_if_there(storage, source), beside(source, prepared_name(engine))
    db.session.commit()
    if picture is None or read_if_there(storage, key) is not None:
        return
    try:
        prepared = engine.prepare_person(picture)
    except EngineRefusal:
        return
    if prepared is not None:
        storage.write(key, prepared)
        if read_if_there(storage, source) is None:
            storage.delete(key)
