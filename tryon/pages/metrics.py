"""`/metrics`, in Prometheus's text format: https://prometheus.io/docs/instrumenting/exposition_formats/ (2026-11).

With METRICS_TOKEN set it is for whoever shows that as Bearer. Without, for callers on this machine or a private network
that no proxy stands before: it names merchants by id, and says how busy the shop is.
"""

import hmac
import ipaddress
from collections.abc import Iterator, Sequence

from flask import Blueprint, Response, request

from tryon.generations.measuring import Gauge, Sample, measure
from tryon.wiring import tools

blueprint = Blueprint("metrics", __name__)

FORMAT = "text/plain; version=0.0.4; charset=utf-8"
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP")
"""Headers of a request that came by a proxy: its address says nothing of the caller's."""


@blueprint.get("/metrics")
def show() -> Response:
    refused = _why_not()
    response = refused or Response(exposition(measure(tools().queue)), content_type=FORMAT)
    response.headers["Cache-Control"] = "no-store"
    return response


def exposition(gauges: Sequence[Gauge]) -> str:
    return "".join(line + "\n" for gauge in gauges for line in _lines(gauge))


def _why_not() -> Response | None:
    token = tools().settings.metrics_token
    if not token:
        return (
            None if _is_near() else Response("Set METRICS_TOKEN, and show it as Bearer.\n", 403, mimetype="text/plain")
        )
    if hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return None
    wanted = {"WWW-Authenticate": "Bearer"}
    return Response("METRICS_TOKEN is needed, as Bearer.\n", 401, wanted, mimetype="text/plain")


def _is_near() -> bool:
    """On this machine or a private network, and not by way of a proxy."""
    if any(name in request.headers for name in PASSED_ON):
        return False
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return False
    return address.is_loopback or address.is_private


def _lines(gauge: Gauge) -> Iterator[str]:
    yield f"# HELP {gauge.name} {gauge.help}"
    yield f"# TYPE {gauge.name} gauge"
    for sample in gauge.samples:
        yield f"{gauge.name}{_labels(sample)} {sample.value:.15g}"


def _labels(sample: Sample) -> str:
    if not sample.labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in sample.labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
