"""The same figure in a reduced picture: every length in it shrinks, every direction and share stays."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tryon.engines.local.analysis import Points, Side
from tryon.engines.local.figure import Figure
from tryon.engines.local.figure_arms import Arm


def smaller_figure(figure: Figure, factor: float) -> Figure:
    """The figure in a picture `factor` times as wide and high."""
    by = np.float32(factor)

    def each(lengths: Mapping[Side, Points]) -> dict[Side, Points]:
        return {side: own * by for side, own in lengths.items()}

    return replace(
        figure,
        unit=figure.unit * factor,
        shoulder_middle=figure.shoulder_middle * by,
        hip_middle=figure.hip_middle * by,
        torso_length=figure.torso_length * factor,
        silhouette=each(figure.silhouette),
        to_arm=each(figure.to_arm),
        bare=each(figure.bare),
        arms={side: smaller_arm(arm, factor) for side, arm in figure.arms.items()},
        shoulder_tip=each(figure.shoulder_tip),
        neck_root=each(figure.neck_root),
        chin=figure.chin * by,
    )


def smaller_arm(arm: Arm, factor: float) -> Arm:
    by = np.float32(factor)
    return replace(
        arm,
        path=arm.path * by,
        outer=arm.outer * by,
        inner=arm.inner * by,
        bare_outer=arm.bare_outer * by,
        bare_inner=arm.bare_inner * by,
        length=arm.length * factor,
    )
