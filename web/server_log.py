"""The web server's own log, without secrets: gunicorn quotes the address of a request that it cannot read or answer."""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from gunicorn.glogging import Logger

_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{40,}")
"""What feeds' addresses and sign-in links are made of; no path of the pages has a part as long."""


def without_secrets(text: str) -> str:
    """The text with every part that might be a secret taken out."""
    return _SECRET.sub("[secret]", text)


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """Gunicorn's log through a filter: ``--logger-class web.server_log.ServerLog``."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then put the filter before every handler."""
        super().setup(cfg)
        for log in (self.error_log, self.access_log):
            log.filters = [_take_out]


def _take_out(record: logging.LogRecord) -> bool:
    """Change the record for everything that writes it; an error's message may quote the address as well."""
    record.msg, record.args = without_secrets(record.getMessage()), ()
    if record.exc_info:
        record.exc_text = without_secrets(logging.Formatter().formatException(record.exc_info))
    return True
