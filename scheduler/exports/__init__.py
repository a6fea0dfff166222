"""Exports: tables as files, and a whole programme as an archive for another installation."""
