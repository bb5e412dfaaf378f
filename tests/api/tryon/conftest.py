"""The same hands as an integrator of the reference documents has."""

from tests.api.seeds.conftest import do_the_work, image_id, key, picture_url

__all__ = ["do_the_work", "image_id", "key", "picture_url"]
