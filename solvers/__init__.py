"""The planning problem and its solving: an Instance goes in, a Solution comes out.

Pure: no database, no clock on the wall, no files, no environment, nothing of ``scheduler`` or ``web``.
"""
