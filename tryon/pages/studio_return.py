"""The address that the model studio sends a shopper back to."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

OURS = frozenset({"model_id", "status"})


def return_with(address: str, **told: str) -> str:
    """The address with what is told in its query, in place of anything of the same names."""
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in OURS]
    return urlunsplit(parts._replace(query=urlencode([*query, *told.items()])))
