"""The pages behind a real server of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from scheduler.db import Database
from scheduler.settings import Settings
from web.app import create_app


@contextmanager
def pages_served(database: Database) -> Iterator[str]:
    """The address at which the pages over this database are served for as long as this lasts."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    place = database.engine.url.render_as_string(hide_password=False)
    server.app = create_app(Settings(place, "k" * 40, base_url=address), database)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
