"""Measures whether the engine treats every skin tone alike: refusals and colour errors by group, and their spread."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tryon.engines.errors import EngineError
from tryon.engines.local.engine import read_picture
from tryon.engines.local.eyes import Eyes
from tryon.engines.local.lab.folders import Combination
from tryon.engines.local.lab.recorder import DRESSED, Outcome
from tryon.engines.local.lab.skin_tones import GROUPS, group_of, monk_tone
from tryon.engines.local.person import analyse_person


@dataclass(frozen=True, slots=True)
class Treatment:
    """How one person fared in all products."""

    tone: int
    """On the Monk Skin Tone scale, 1 to 10."""
    tries: int
    refused: float
    """Share of the products that were refused, 0..1."""
    colour_error: float | None
    """Mean CIEDE2000 between product and worn product; None where everything was refused."""


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """Means over the people of one group, and the standard deviation between them."""

    name: str
    people: int
    tries: int
    refused: float
    refused_spread: float
    colour_error: float
    colour_error_spread: float


def tones_of(people: Sequence[Path], eyes: Eyes) -> dict[Path, int]:
    """The tone of everybody whose skin is seen; people who can't be analysed at all are left out."""
    tones: dict[Path, int] = {}
    for path in people:
        picture = read_picture(path.read_bytes())
        if picture is None:
            continue
        try:
            skin = analyse_person(picture, eyes).skin_lab
        except EngineError:
            continue
        if skin is not None:
            tones[path] = monk_tone(skin)
    return tones


def treatments(
    tones: Mapping[Path, int], combinations: Sequence[Combination], outcomes: Sequence[Outcome]
) -> dict[Path, Treatment]:
    """What everybody of `tones` got, from the answers to all combinations, in the same order."""
    answers: dict[Path, list[Outcome]] = {path: [] for path in tones}
    for what, answer in zip(combinations, outcomes, strict=True):
        if what.person in answers:
            answers[what.person].append(answer)
    return {path: _treated(tones[path], given) for path, given in answers.items() if given}


def _treated(tone: int, answers: Sequence[Outcome]) -> Treatment:
    errors = [answer.scores["colour_error"] for answer in answers if "colour_error" in answer.scores]
    refused = sum(answer.code != DRESSED for answer in answers) / len(answers)
    return Treatment(tone, len(answers), refused, float(np.mean(errors)) if errors else None)


def by_group(treated: Sequence[Treatment]) -> list[GroupFigures]:
    """The figures of every group that has anybody in it, lightest first."""
    return [
        _figures(name, members)
        for name in GROUPS
        if (members := [one for one in treated if group_of(one.tone) == name])
    ]


def _figures(name: str, members: Sequence[Treatment]) -> GroupFigures:
    refused = [one.refused for one in members]
    errors = [one.colour_error for one in members if one.colour_error is not None] or [float("nan")]
    return GroupFigures(
        name,
        len(members),
        sum(one.tries for one in members),
        float(np.mean(refused)),
        float(np.std(refused)),
        float(np.mean(errors)),
        float(np.std(errors)),
    )


def is_fair(groups: Sequence[GroupFigures]) -> bool:
    """True where the groups differ by no more than people of one group do among themselves.

    A group that got no picture at all has no colour error to compare; its refusals tell.
    """
    coloured = [group for group in groups if not np.isnan(group.colour_error)]
    return _near([group.refused for group in groups], [group.refused_spread for group in groups]) and _near(
        [group.colour_error for group in coloured], [group.colour_error_spread for group in coloured]
    )


def _near(means: Sequence[float], spreads: Sequence[float]) -> bool:
    return max(means, default=0.0) - min(means, default=0.0) <= max(spreads, default=0.0)
