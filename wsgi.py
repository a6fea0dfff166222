"""The WSGI entry point: ``gunicorn wsgi:app``."""

from datetime import timedelta

from scheduler.bootstrap import show_first_start, warn_of
from web.app import create_app
from web.request_context import EXTENSION

app = create_app()
warn_of(app.extensions[EXTENSION].settings)
# A server starts several processes at once; one of them shows it.
show_first_start(
    app.extensions[EXTENSION].database, app.extensions[EXTENSION].settings, unless_younger=timedelta(minutes=1)
)
