"""What a receiver is sent of an event."""

import json

from tryon.clock import iso
from tryon.webhooks.models import Event


def message_body(event: Event) -> bytes:
    """The same bytes on every attempt, whichever database kept the event and in whatever order."""
    head = json.dumps({"type": event.type, "timestamp": iso(event.created_at)}, separators=(",", ":"))
    data = json.dumps(event.data, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return f'{head[:-1]},"data":{data}}}'.encode()
