"""The names of everything a merchant can be told about."""

EVENTS = (
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
)
EVERY_EVENT = "*"
