"""What light a dress's skirt takes over from the clothes it replaces."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from tryon.engines.local.dress_dressing import broad_light_below_waist

UNIT = 100.0
WAIST = 200


def test_folds_of_old_clothes_end_at_the_waist_of_a_dress_and_the_broad_light_goes_on() -> None:
    shade = np.full((500, 300), -0.1, np.float32)
    shade[:, 145:155] = -0.5
    hem = np.array([[299.0, WAIST], [0.0, WAIST]], np.float32)
    target = cast(Any, SimpleNamespace(upper=SimpleNamespace(hem=hem)))
    lit = broad_light_below_waist(shade, np.ones_like(shade), target, UNIT)
    assert np.array_equal(lit[: WAIST - 1], shade[: WAIST - 1])
    below = lit[WAIST + 60 :]
    assert np.ptp(below, axis=1).max() < 0.06
    assert abs(float(below.mean()) - float(shade.mean())) < 0.02
