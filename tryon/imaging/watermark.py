"""A merchant's logo in the bottom left corner of a picture, legible on whatever lies there."""

from PIL import Image

from tryon.imaging.look import WatermarkLook
from tryon.imaging.plate import Spot, best_plate
from tryon.imaging.sizing import sized
from tryon.imaging.trim import trimmed


def with_watermark(picture: Image.Image, logo: Image.Image, look: WatermarkLook) -> Image.Image:
    """A copy of `picture` (RGB) with `logo` (any mode; transparent parts stay so) composited bottom left.

    The margin is between the picture's edges and what can be seen of the logo.
    """
    marked = picture.convert("RGB")
    shape = trimmed(logo)
    if shape is None:
        return marked.copy()
    mark = sized(shape, picture, look)
    margin = round(min(picture.size) * look.margin)
    spot = Spot(marked, mark, (margin, picture.height - margin - mark.height), look.opacity)
    marked.paste(spot.finished(best_plate(spot)), spot.box)
    return marked
