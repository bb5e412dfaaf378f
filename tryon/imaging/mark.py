"""The small label on a result that was made with a test key."""

from PIL import Image, ImageDraw, ImageFont

LABEL = "TEST"
HEIGHT_SHARE = 0.045
HEIGHT_MIN_PX = 18


def mark_as_test(image: Image.Image) -> Image.Image:
    """A copy with "TEST" bottom right: white on a dark, half transparent plate, legible on any picture."""
    height = max(HEIGHT_MIN_PX, round(min(image.size) * HEIGHT_SHARE))
    font = ImageFont.load_default(size=height * 0.62)
    left, top, right, bottom = font.getbbox(LABEL)
    width, margin = round(right - left + height * 0.8), height // 2
    plate = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    draw = ImageDraw.Draw(plate)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), radius=height // 4, fill=(20, 20, 20, 190))
    draw.text(((width - right - left) / 2, (height - top - bottom) / 2), LABEL, font=font, fill=(255, 255, 255, 255))
    marked = image.convert("RGB")
    marked.paste(plate, (marked.width - width - margin, marked.height - height - margin), plate)
    return marked
