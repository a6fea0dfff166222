"""Lists as other systems write them: any spreadsheet with any headings, read into the product's own columns.

:mod:`~scheduler.enrolment.spreadsheets.table` finds the table in a file, :mod:`~.recognition` says which of its columns
is which of those in :mod:`~.columns`, :mod:`~.meanings` and :mod:`~.grades` what its words mean, and
:mod:`~.understanding` makes the rows of a list of all that, with what is to be asked.
"""
