"""Made-up skin is as uneven as this person's own; the skins are painted here."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis
from tryon.engines.local.linear import Linear, luminance, to_linear
from tryon.engines.local.raster import blurred
from tryon.engines.local.skin_texture import SkinTexture, learn_texture, uneven, with_texture

SKINS = {"light": (232, 190, 168), "middle": (176, 124, 92), "dark": (84, 54, 40)}
HEIGHT_AND_WIDTH = (320, 240)
USUAL = SkinTexture(
    np.asarray([0.013, 0.012, 0.010, 0.007, 0.006, 0.0], np.float32),
    np.asarray([0.006, 0.005, 0.005, 0.004, 0.004, 0.003], np.float32),
    np.asarray([0.006, 0.006, 0.005, 0.004, 0.004, 0.003], np.float32),
)


def _skin(name: str, strength: float, label: BodyLabel = BodyLabel.ARM) -> tuple[PersonAnalysis, Linear]:
    """A photo that shows nothing but skin of one part, `strength` times as uneven as the usual one."""
    person = person_of("people/3_posture.jpg")
    labels = np.full(HEIGHT_AND_WIDTH, np.uint8(label))
    even = np.broadcast_to(to_linear(np.asarray(SKINS[name], np.uint8)), (*HEIGHT_AND_WIDTH, 3))
    own = SkinTexture(USUAL.bright * strength, USUAL.red * strength, USUAL.blue * strength)
    photo = with_texture(even.astype(np.float32), np.ones(HEIGHT_AND_WIDTH, np.float32), own)
    return replace(person, labels=labels), photo


@pytest.mark.parametrize("name", SKINS)
def test_what_is_made_up_is_as_uneven_as_what_was_seen_in_light_and_in_colour(name: str) -> None:
    texture = learn_texture(*_skin(name, 1.3))
    for told, drawn in ((texture.bright, USUAL.bright), (texture.red, USUAL.red), (texture.blue, USUAL.blue)):
        np.testing.assert_allclose(told[:2], 1.3 * drawn[:2], rtol=0.3)


def test_light_is_uneven_in_grains_not_in_spots_for_those_look_like_dirt() -> None:
    texture = learn_texture(*_skin("middle", 1.0))
    assert texture.bright[:2].min() > 1.5 * texture.bright[3:].max()
    spots = uneven((256, 256), texture).mean(axis=2)
    wide = blurred(spots, 4.0) - blurred(spots, 16.0)
    assert wide.std() < 0.43 * spots.std()


def test_how_uneven_skin_is_made_up_does_not_hang_on_how_dark_it_is() -> None:
    told = [learn_texture(*_skin(name, 1.0)) for name in SKINS]
    for field in ("bright", "red", "blue"):
        values = np.stack([getattr(texture, field) for texture in told])
        np.testing.assert_allclose(values, np.broadcast_to(values[0], values.shape), rtol=0.02)


def test_smoother_skin_is_made_up_smoother() -> None:
    smooth, rough = (learn_texture(*_skin("middle", strength)) for strength in (0.6, 1.8))
    assert (smooth.bright[:3] < 0.5 * rough.bright[:3]).all()
    assert (smooth.red[:3] < 0.5 * rough.red[:3]).all()


def test_a_face_tells_less_than_an_arm_of_the_same_unevenness() -> None:
    """Faces are more uneven than arms: one that is as even as an arm belongs to very even skin."""
    arm, face = (learn_texture(*_skin("middle", 1.0, label)) for label in (BodyLabel.ARM, BodyLabel.HEAD))
    assert (face.bright[:3] < arm.bright[:3]).all()
    assert (face.red[:3] < arm.red[:3]).all()


def test_without_any_skin_in_the_photo_it_is_that_of_people_in_general() -> None:
    person, photo = _skin("middle", 3.0)
    nothing = learn_texture(replace(person, labels=np.zeros_like(person.labels)), photo)
    assert (nothing.bright[:5] > 0).all()
    assert (nothing.red > 0).all()
    assert nothing.bright.max() < 0.03


def test_it_is_drawn_on_skin_alone_and_the_same_every_time_and_changes_no_tone() -> None:
    light = np.full((*HEIGHT_AND_WIDTH, 3), 0.3, np.float32)
    skin = np.zeros(HEIGHT_AND_WIDTH, np.float32)
    skin[60:260, 50:200] = 1.0
    drawn = with_texture(light, skin, USUAL)
    np.testing.assert_array_equal(drawn[skin == 0], light[skin == 0])
    np.testing.assert_array_equal(drawn, with_texture(light, skin, USUAL))
    assert luminance(drawn)[skin > 0].std() > 0.001
    np.testing.assert_allclose(drawn[skin > 0].mean(axis=0), 0.3, rtol=0.01)


def test_it_does_not_repeat() -> None:
    field = uneven((256, 256), USUAL)[..., 0]
    near = [float(np.corrcoef(field[:-step].ravel(), field[step:].ravel())[0, 1]) for step in (64, 96, 128)]
    assert max(near) < 0.2
