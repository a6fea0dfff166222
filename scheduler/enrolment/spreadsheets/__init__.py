"""Lists as other systems write them: any spreadsheet with any headings, read into the product's own columns.

:mod:`~scheduler.enrolment.spreadsheets.table` finds the table in a file. :mod:`~.recognition` matches its columns to
those in :mod:`~.columns`; :mod:`~.meanings` and :mod:`~.grades` say what its words mean. :mod:`~.understanding` turns
all that into the rows of a list, with the questions to ask.
"""
