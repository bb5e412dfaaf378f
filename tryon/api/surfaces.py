"""Which public surface an address belongs to, and in which shape that surface says what went wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from flask import Response
from pydantic import BaseModel

from tryon.api.errors import Failure
from tryon.api.integration.errors import IntegrationError, answer_integration_error
from tryon.api.problems import Problem, answer_problem
from tryon.api.tryon.errors import TryOnFailure, answer_tryon_error


@dataclass(frozen=True, slots=True)
class Surface:
    name: str
    paths: re.Pattern[str]
    answer_error: Callable[[Failure], Response]
    error_schema: type[BaseModel]
    error_media_type: str
    is_for_browsers: re.Pattern[str] | None = None
    """What a shop's page may call."""


SURFACES = (
    Surface(
        "integration", re.compile(r"/api/v1/integration(?:/|$)"), answer_integration_error, IntegrationError,
        "application/json",
    ),
    Surface(
        "tryon",
        re.compile(r"(?:/tryon/v1(?:/|$)|/(?:images|try-on|generations|products|customers|account)(?:/|$))"),
        answer_tryon_error, TryOnFailure, "application/json",
    ),
    Surface("sessions", re.compile(r"/v1(?:/|$)"), answer_problem, Problem, "application/problem+json"),
    Surface(
        "partner", re.compile(r"/(?:partner|user-model|tryon)(?:/|$)"), answer_problem, Problem,
        "application/problem+json",
        re.compile(r"/(?:user-model|tryon|partner/v1/embed|partner/v1/embed-config)(?:/|$)"),
    ),
)  # fmt: skip


@lru_cache(4096)
def surface_of(path: str) -> Surface | None:
    """The surface an address belongs to; None for pages and files. The first that matches wins."""
    return next((surface for surface in SURFACES if surface.paths.match(path)), None)
