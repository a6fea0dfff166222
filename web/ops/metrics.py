"""What monitors collect (Prometheus’ text format): requests, calendars fetched, and the installation in figures.

Several processes serve pages; ``rounds serve`` has them count together (``PROMETHEUS_MULTIPROC_DIR``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from hmac import compare_digest

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from scheduler.errors import NotFound
from scheduler.languages import say
from scheduler.upkeep.figures import Figure, installation_figures
from web.audiences import Audience, open_to
from web.ops.views import blueprint
from web.request_context import database, now, settings
from web.request_log import path_template, seconds_so_far

COUNTED_TOGETHER = "PROMETHEUS_MULTIPROC_DIR"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
OTHER = "other"
"""Any other word, of which a stranger could send as many as they like, and each would be counted by itself for ever."""
OWN = CollectorRegistry()
"""What this process counts; with :data:`COUNTED_TOGETHER` all of them do, in files."""
REQUESTS = Counter("rounds_requests", "Requests answered.", ["method", "path", "status"], registry=OWN)
SECONDS = Histogram(
    "rounds_request_seconds",
    "How long answers took.",
    ["method"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=OWN,
)
FEEDS = Counter("rounds_feed_answers", "Answers to calendar programs.", ["status"], registry=OWN)


def count_requests(app: Flask) -> None:
    """Count every answer by the rule of its address, never the address itself."""

    @app.after_request
    def count(response: Response) -> Response:
        method = request.method if request.method in METHODS else OTHER
        REQUESTS.labels(method, path_template(), str(response.status_code)).inc()
        SECONDS.labels(method).observe(seconds_so_far())
        return response


def count_feed(status: int) -> None:
    """Count an answer to a calendar program; those passed by everything that pages need."""
    FEEDS.labels(str(status)).inc()


@blueprint.get("/metrics")
@open_to(Audience.PUBLIC)
def metrics() -> ResponseReturnValue:
    """Everything, to who knows the token that is set for it; without one there is no such page."""
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    token = settings().metrics_token
    if not token or not compare_digest(given.encode(), token.encode()):
        raise NotFound(say("This page doesn’t exist, or you don’t have access to it."))
    with database().reading() as db:
        figures = installation_figures(db, now())
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    if os.environ.get(COUNTED_TOGETHER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        counted = b""
    else:
        counted = generate_latest(OWN)
    return Response(generate_latest(registry) + counted, content_type=CONTENT_TYPE_LATEST)


class _Figures:
    """Figures as gauges."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        self._figures = tuple(figures)

    def collect(self) -> Iterable[Metric]:
        families: dict[str, GaugeMetricFamily] = {}
        for each in self._figures:
            labels = ["state"] if each.state else []
            family = families.setdefault(each.name, GaugeMetricFamily(each.name, each.meaning, labels=labels))
            family.add_metric([each.state] if each.state else [], each.value)
        return families.values()
