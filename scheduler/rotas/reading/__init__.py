"""Reading rotas as they are: any kind of spreadsheet, many layouts, and the dirt of real sheets.

:func:`scheduler.rotas.reading.reader.read_rota` is pure: bytes in, a frozen :class:`~scheduler.rotas.model.ReadRota`
out, nothing kept. Pages need a few words of this package and never the reader, which runs in the sandbox, so the
package itself imports nothing.
"""
