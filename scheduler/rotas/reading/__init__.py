"""Reading rotas as they are: any spreadsheet kind, several layouts, and the dirt of real sheets.

:func:`read_rota` is pure: bytes in, a frozen :class:`~scheduler.rotas.model.ReadRota` out, nothing kept.
"""

from scheduler.rotas.reading.read import read_rota

__all__ = ["read_rota"]
