"""A merchant's logo in the bottom left corner of a picture, legible on whatever lies there."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageStat

SIZE, MARGIN, OPACITY = 0.22, 0.03, 0.9
"""Defaults: the logo's width and its distance from the edges as shares of the short side; its opacity."""
WIDTH_MIN_PX = 72
TALL_SHARE = 0.6
"""A logo is at most this many of its widest width tall, so that a tall one does not grow over the person."""
CONTRAST_NEEDED = 70.0
"""Between the logo's and the ground's mean brightness, of 255; below it the logo gets a plate."""
BUSY = 48.0
"""Standard deviation of the ground's brightness above which no logo is legible without a plate."""
PLATE_ALPHA = 175
BRIGHT = 140.0


@dataclass(frozen=True, slots=True)
class WatermarkLook:
    size: float = SIZE
    """0.05 to 0.5 of the picture's short side."""
    margin: float = MARGIN
    """0 to 0.2 of the short side."""
    opacity: float = OPACITY
    """0.2 to 1."""


def with_watermark(picture: Image.Image, logo: Image.Image, look: WatermarkLook) -> Image.Image:
    """A copy of `picture` (RGB) with `logo` (any mode; transparent parts stay so) composited bottom left."""
    mark = _sized(logo.convert("RGBA"), picture, look)
    margin = round(min(picture.size) * look.margin)
    corner = margin, picture.height - margin - mark.height
    marked = picture.convert("RGB")
    ground = marked.crop((*corner, corner[0] + mark.width, corner[1] + mark.height)).convert("L")
    if _needs_plate(mark, ground):
        _lay_plate(marked, mark, corner)
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * look.opacity)))
    marked.paste(mark, corner, mark)
    return marked


def _sized(logo: Image.Image, picture: Image.Image, look: WatermarkLook) -> Image.Image:
    short = min(picture.size)
    width = min(max(WIDTH_MIN_PX, short * look.size), short * 0.9)
    scale = min(width / logo.width, width * TALL_SHARE / logo.height)
    size = max(1, round(logo.width * scale)), max(1, round(logo.height * scale))
    return logo.resize(size, Image.Resampling.LANCZOS)


def _needs_plate(mark: Image.Image, ground: Image.Image) -> bool:
    stat = ImageStat.Stat(ground)
    return stat.stddev[0] > BUSY or abs(_brightness(mark) - stat.mean[0]) < CONTRAST_NEEDED


def _brightness(mark: Image.Image) -> float:
    """Of what is seen of the logo."""
    seen = mark.getchannel("A").point(lambda alpha: 255 if alpha > 96 else 0)
    return float(ImageStat.Stat(mark.convert("L"), mask=seen).mean[0]) if seen.getbbox() else 255.0


def _lay_plate(picture: Image.Image, mark: Image.Image, corner: tuple[int, int]) -> None:
    """A soft plate of the opposite brightness, a little larger than the logo."""
    room = max(3, round(mark.height * 0.22))
    soft = max(1, room // 3)
    size = mark.width + 2 * room, mark.height + 2 * room
    plate = Image.new("L", size, 0)
    inner = (soft, soft, size[0] - 1 - soft, size[1] - 1 - soft)
    ImageDraw.Draw(plate).rounded_rectangle(inner, radius=room, fill=PLATE_ALPHA)
    plate = plate.filter(ImageFilter.GaussianBlur(soft / 2))
    colour = (16, 16, 16) if _brightness(mark) > BRIGHT else (250, 250, 250)
    picture.paste(Image.new("RGB", size, colour), (corner[0] - room, corner[1] - room), plate)
