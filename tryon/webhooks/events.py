"""The names of everything a merchant can be told about."""

from typing import Literal, get_args

EventName = Literal[
    "tryon.job.completed",
    "tryon.job.failed",
    "user_model.created",
    "user_model.deleted",
    "session.launched",
    "session.completed",
    "session.failed",
    "session.expired",
    "usage.limit_exceeded",
    "credits.low",
    "engine.unavailable",
    "engine.recovered",
]
EVENTS: tuple[str, ...] = get_args(EventName)
EVERY_EVENT = "*"
