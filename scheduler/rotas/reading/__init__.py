"""Reading rotas as they are: any kind of spreadsheet, many layouts, and the dirt of real sheets.

:func:`read_rota` is pure: bytes in, a frozen :class:`~scheduler.rotas.model.ReadRota` out, nothing kept.
"""

from scheduler.rotas.reading.context import NOT_ROLLING, Rolling
from scheduler.rotas.reading.reader import read_rota

__all__ = ["NOT_ROLLING", "Rolling", "read_rota"]
