"""The application: its parts put together."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask

from scheduler.bootstrap import open_database
from scheduler.db import Database
from scheduler.logs import log_to_standard_error
from scheduler.settings import Settings, load
from web import (
    attendance_strip,
    audiences,
    compression,
    error_pages,
    garbage,
    language,
    mailing,
    moved_clock,
    navigation,
    paging,
    request_log,
    rhythm_strip,
    security,
    signposts,
    states,
)
from web.api import blueprint as api
from web.auth.first_start import blueprint as first_start
from web.auth.institution import blueprint as institution
from web.auth.passkeys import blueprint as passkeys
from web.auth.views import blueprint as auth
from web.coordinator import blueprint as coordinator
from web.director import blueprint as director
from web.facilitator import blueprint as facilitator
from web.feeds.door import put_door
from web.forms import fields
from web.guest import blueprint as guest
from web.late_rules import LateRule
from web.member import blueprint as member
from web.ops import metrics
from web.ops.views import blueprint as ops
from web.oversight.views import blueprint as oversight
from web.public.views import blueprint as public
from web.request_context import EXTENSION, Parts, let_go

BLUEPRINTS = (
    public, auth, first_start, institution, passkeys, member, facilitator, guest, coordinator, oversight, director, ops,
    api,
)  # fmt: skip


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """The pages and feeds of one installation. What is not given is read from the environment and opened.

    A database that is given must be migrated (:func:`scheduler.bootstrap.open_database`).
    """
    log_to_standard_error()
    settings = settings or load()
    app = Flask(__name__)
    app.url_rule_class = LateRule
    app.extensions[EXTENSION] = Parts(settings, database or open_database(settings))
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = security.YEAR_SECONDS
    app.jinja_options = {**app.jinja_options, "trim_blocks": True, "lstrip_blocks": True}
    app.teardown_request(let_go)
    compression.compress(app)
    request_log.log_requests(app)
    metrics.count_requests(app)
    language.speak(app)  # before anything that may refuse the request, in the reader's language
    security.protect(app, settings)
    app.before_request(audiences.turn_away)
    error_pages.open_door(app)
    navigation.offer(app)
    states.name(app)
    attendance_strip.draw(app)
    rhythm_strip.draw(app)
    paging.offer(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    fields.offer(app)
    mailing.offer(app)
    signposts.offer(app)
    moved_clock.offer(app)
    _serve_static(app)
    put_door(app)
    garbage.look_rarely()
    return app


def _serve_static(app: Flask) -> None:
    """Style sheet and pictures are for everybody; their address changes with their content, so they are kept long."""
    app.view_functions["static"] = audiences.open_to(audiences.Audience.PUBLIC)(app.view_functions["static"])

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        if endpoint == "static" and "filename" in values:
            values["v"] = _version(Path(app.static_folder or "") / values["filename"])


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]
