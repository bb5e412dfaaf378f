"""What kinds of product are called on a page."""

from collections.abc import Sequence

from babel.lists import format_list
from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _

KIND_NAMES: dict[str, LazyString] = {
    "tops": _("Tops"),
    "bottoms": _("Trousers and skirts"),
    "dresses": _("Dresses"),
    "outerwear": _("Jackets and coats"),
    "footwear": _("Shoes"),
    "eyewear": _("Glasses"),
    "headwear": _("Hats"),
}
"""By category; the API's own names of them stay English."""


def list_kinds(categories: Sequence[str]) -> str:
    """As within a sentence: tops, dresses, and shoes. Empty for none."""
    locale = get_locale()
    names = [str(KIND_NAMES[category]) for category in categories]
    if locale.language != "de":  # German writes every noun with a capital
        names = [name.lower() for name in names]
    return format_list(names, locale=locale) if names else ""
