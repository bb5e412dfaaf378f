"""Structured logs: one line an event, with the request id that also follows a job into its worker.

Whatever a line holds, its message, its values, an exception with all that led to it: secrets are cut out of the whole.
"""

import logging
import sys
from typing import Any

import structlog

from tryon.config import Settings
from tryon.masking import hide_those_of, masked

_tell_exceptions = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
"""Without the variables of each frame: among them are keys, tokens and the names of visits."""


def configure_logs(settings: Settings) -> None:
    """Send our own and the libraries' log lines to stderr, as text on a terminal and JSON elsewhere."""
    hide_those_of(settings)
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    if as_text:
        plain = structlog.dev.plain_traceback
        renderer: list[structlog.types.Processor] = [
            structlog.dev.ConsoleRenderer(exception_formatter=plain),
            _mask_line,
        ]
        structlog.configure(
            processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        )
    else:
        renderer = [_tell_exceptions, structlog.processors.JSONRenderer(), _mask_line]
        structlog.configure(  # straight to the stream: every request writes a line, and must not wait long for it
            processors=[*shared, *renderer],
            logger_factory=structlog.WriteLoggerFactory(sys.stderr),
            wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
            cache_logger_on_first_use=True,
        )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for chatty in ("httpx2", "httpcore2", "alembic", "rq.worker", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _mask_line(logger: Any, method: str, line: Any) -> str:
    """The last step: by now the line is text."""
    return masked(str(line))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    return structlog.stdlib.get_logger(name)
