"""Parts of a provider's JSON, taken as what they should be, or as nothing."""

from collections.abc import Iterator, Mapping
from typing import Any


def mapping_of(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def mappings_of(value: Any) -> Iterator[Mapping[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def word_of(value: Any) -> str:
    """One of the provider's constants, and nothing longer: it goes into the log."""
    text = str(value or "")
    return text if text.replace("_", "").isalnum() and text.isascii() and len(text) <= 60 else ""
