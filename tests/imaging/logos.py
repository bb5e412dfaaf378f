"""Logos as merchants have them, and grounds that are hard on them."""

from PIL import Image, ImageDraw, ImageFont

Colour = str | tuple[int, int, int]


def word(*pieces: tuple[str, Colour], size: int = 150, empty: int = 0) -> Image.Image:
    """Letters without a ground, each piece in its colour, with `empty` transparent pixels around them."""
    if not empty:
        loose = word(*pieces, size=size, empty=20)
        return loose.crop(loose.getbbox())
    font = ImageFont.load_default(size=size)
    width, height = round(sum(font.getlength(text) for text, _ in pieces)), round(size * 1.3)
    image = Image.new("RGBA", (width + 2 * empty, height + 2 * empty), (0, 0, 0, 0))
    draw, across = ImageDraw.Draw(image), float(empty)
    for text, colour in pieces:
        draw.text((across, empty), text, font=font, fill=colour)
        across += font.getlength(text)
    return image


def frame(colour: Colour, size: tuple[int, int] = (400, 160)) -> Image.Image:
    """With nothing in it."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, size[0] - 1, size[1] - 1), outline=colour, width=24)
    return image


def bars(*colours: Colour) -> Image.Image:
    """Thick upright bars, apart from each other."""
    image = Image.new("RGBA", (60 * len(colours) - 20, 120), (0, 0, 0, 0))
    for number, colour in enumerate(colours):
        ImageDraw.Draw(image).rectangle((60 * number, 0, 60 * number + 39, 119), fill=colour)
    return image


def badge() -> Image.Image:
    """A white card with a black word on it: it brings its own ground."""
    image = Image.new("RGB", (400, 160), "white")
    ImageDraw.Draw(image).text((30, 20), "BADGE", font=ImageFont.load_default(size=100), fill="black")
    return image


def ground(kind: str, size: tuple[int, int] = (768, 1024)) -> Image.Image:
    """A colour, "noise", or "halves": the border between black and white runs through the logo's middle."""
    if kind == "noise":
        return Image.effect_noise(size, 120).convert("RGB")
    if kind != "halves":
        return Image.new("RGB", size, kind)
    image = Image.new("RGB", size, "white")
    border = round(min(size) * (0.03 + 0.11))
    ImageDraw.Draw(image).rectangle((0, 0, border, size[1]), fill="black")
    return image
