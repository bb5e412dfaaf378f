"""The last word on a top's landmarks: whatever was seen, they come out in an order a body can wear."""

import numpy as np

Point = tuple[float, float]

LEAST_ARMHOLE = 0.05
"""Shoulder to armpit, of the garment's height."""
LEAST_SIDE = 0.05
"""Armpit to hem, of the garment's height."""
LEAST_WIDTH_PX = 4.0


def put_in_order(points: dict[str, Point], height: float, middle: float) -> dict[str, Point]:
    """The points with left right of its counterpart, armpits below shoulders, hems below armpits, necks between the
    shoulders, the front neckline below the back's. Points in order are left as they are."""
    p = {name: np.array(point, float) for name, point in points.items()}
    for name, sign in (("left", 1), ("right", -1)):
        for part in ("shoulder", "armpit", "waist", "hem", "neck"):
            x = p[f"{part}_{name}"]
            x[0] = middle + sign * max(sign * (x[0] - middle), LEAST_WIDTH_PX)
        shoulder, armpit, hem = p[f"shoulder_{name}"], p[f"armpit_{name}"], p[f"hem_{name}"]
        armpit[1] = max(armpit[1], shoulder[1] + LEAST_ARMHOLE * height)
        hem[1] = max(hem[1], armpit[1] + LEAST_SIDE * height)
        p[f"waist_{name}"][1] = np.clip(p[f"waist_{name}"][1], armpit[1], hem[1])
        neck = p[f"neck_{name}"]
        if sign * (neck[0] - shoulder[0]) > 0:
            neck[0] = 0.5 * (middle + shoulder[0])
    lowest = max(p["armpit_left"][1], p["armpit_right"][1])
    p["hem_middle"][1] = max(p["hem_middle"][1], lowest + LEAST_SIDE * height)
    p["neck_front"][1] = max(p["neck_front"][1], p["neck_back"][1])
    return {name: (float(x), float(y)) for name, (x, y) in p.items()}
