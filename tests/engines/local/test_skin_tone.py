"""What a photo tells about its wearer's skin, and what is made up from it; the skins are painted here."""

from dataclasses import replace

import numpy as np
import pytest

from tests.engines.local.scenes import person_of
from tryon.engines.local.analysis import BodyLabel, PersonAnalysis, Picture
from tryon.engines.local.linear import lab_to_linear, luminance, to_linear, to_srgb
from tryon.engines.local.seen_skin import HIGHLIGHT_UNITS, meeting_the_seen
from tryon.engines.local.skin_tone import SHINING_CONTRAST, learn_tone, shining

SKINS = {"light": (232, 190, 168), "middle": (176, 124, 92), "dark": (84, 54, 40)}


def _painted(skin: tuple[int, int, int]) -> PersonAnalysis:
    """A photo whose bare arms are of one skin, in light that falls off from left to right."""
    person = person_of("people/3_posture.jpg")
    height, width = person.labels.shape
    fall = np.linspace(1.15, 0.55, width, dtype=np.float32)[None, :, None]
    light = np.broadcast_to(to_linear(np.asarray(skin, np.uint8))[None, None], (height, width, 3)) * fall
    picture: Picture = to_srgb(np.clip(light, 0, 1))
    labels = np.where(person.labels > 0, np.uint8(BodyLabel.ARM), person.labels)
    return PersonAnalysis(picture, person.pose, person.face, person.matte, labels, None)


def test_where_neck_and_hands_alone_are_seen_the_chin_s_shadow_is_no_hard_light() -> None:
    """The light falls off as strongly as before, but no arm shows that it does so on the body."""
    person = _painted(SKINS["middle"])
    neck = np.where(person.labels == BodyLabel.ARM, np.uint8(BodyLabel.NECK), person.labels)
    lab = np.asarray((55.0, 18.0, 24.0), np.float32)
    bare = learn_tone(replace(person, skin_lab=lab), to_linear(person.picture))
    hidden = learn_tone(replace(person, skin_lab=lab, labels=neck), to_linear(person.picture))
    assert abs(hidden.contrast - 1.0 - SHINING_CONTRAST * shining(hidden.level)) < 1e-6
    assert abs(bare.contrast - 1.0) > 0.1
    face = lab_to_linear(lab)
    off = [np.abs(np.log(face) - tone.offset - tone.slope * np.log(luminance(face))).max() for tone in (bare, hidden)]
    assert off[1] < off[0]


def test_dark_skin_of_which_no_arm_is_seen_shines_more_than_pale_skin() -> None:
    people = [_painted(SKINS[name]) for name in ("light", "dark")]
    hidden = [replace(p, labels=np.where(p.labels > 0, np.uint8(BodyLabel.NECK), p.labels)) for p in people]
    light, dark = (learn_tone(person, to_linear(person.picture)) for person in hidden)
    assert shining(light.level) == 0.0
    assert light.contrast == 1.0
    assert shining(dark.level) == 1.0
    np.testing.assert_allclose(dark.contrast, 1.0 + SHINING_CONTRAST, atol=1e-6)


def test_a_highlight_on_dark_skin_stays_where_it_is_and_one_on_pale_skin_is_light() -> None:
    """The same band of seen skin is brighter than the rest by half a log light; how far does that reach?"""
    carried = {}
    for name in ("light", "dark"):
        person = _painted(SKINS[name])
        labels = np.zeros_like(person.labels)
        labels[200:260] = BodyLabel.ARM
        person = replace(person, labels=labels)
        photo = np.broadcast_to(to_linear(np.asarray(SKINS[name], np.uint8)), person.picture.shape)
        tone, unit = learn_tone(person, photo), 100.0
        level = np.full(labels.shape, tone.level - 0.5, np.float32)
        made = np.log(luminance(meeting_the_seen(person, photo, tone, level, unit))) - level
        carried[name] = [float(made[260 + round(away * unit), 100]) for away in (0.02, 2.0 * HIGHLIGHT_UNITS)]
    assert abs(carried["light"][0] - carried["dark"][0]) < 0.05
    assert carried["dark"][1] < 0.3 * carried["light"][1]


@pytest.mark.parametrize("name", SKINS)
def test_skin_of_every_tone_is_made_up_in_its_own_colour_in_light_and_in_shade(name: str) -> None:
    person = _painted(SKINS[name])
    photo = to_linear(person.picture)
    tone = learn_tone(person, photo)
    seen = photo[person.labels == BodyLabel.ARM]
    luminance = seen @ np.asarray([0.2126, 0.7152, 0.0722], np.float32)
    made = tone.colour(np.log(luminance))
    assert np.abs(to_srgb(made).astype(int) - to_srgb(seen).astype(int)).max() <= 6


def test_dark_and_light_skin_are_shaded_alike_in_the_same_light() -> None:
    tones = [learn_tone(person, to_linear(person.picture)) for person in map(_painted, SKINS.values())]
    assert max(tone.contrast for tone in tones) - min(tone.contrast for tone in tones) < 0.1


def test_the_face_tells_how_bright_the_arms_are_where_the_neck_lies_in_shade() -> None:
    """Beside a dark neck a lit face makes the hidden arms brighter, and not as bright as itself."""
    person = _painted(SKINS["middle"])
    labels = np.where(person.labels == BodyLabel.ARM, np.uint8(BodyLabel.NECK), person.labels)
    labels[: len(labels) // 2][labels[: len(labels) // 2] == BodyLabel.NECK] = BodyLabel.HEAD
    photo = to_linear(person.picture)
    photo[len(labels) // 2 :] *= 0.6
    shaded = learn_tone(replace(person, labels=np.where(labels == BodyLabel.HEAD, 0, labels).astype(np.uint8)), photo)
    lit = learn_tone(replace(person, labels=labels), photo)
    assert shaded.level + 0.1 < lit.level < shaded.level - np.log(0.6)


def test_a_face_in_the_dark_tells_a_tone_that_is_a_number() -> None:
    person = replace(_painted(SKINS["middle"]), skin_lab=np.zeros(3, np.float32))
    tone = learn_tone(person, to_linear(person.picture))
    assert np.isfinite(tone.colour(np.float32([-3.0, -1.0]))).all()
