"""The pages behind a real server of this process."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from scheduler.db import Database
from tests.web.builders import make_app


@contextmanager
def pages_served(database: Database) -> Iterator[str]:
    """The address at which the pages over this database are served for as long as this lasts."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    server.app = make_app(database, base_url=address)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        thread.join()
