"""Mentor Rounds without its pages: the application.

Time zones are those of the pinned package ``tzdata``, on every machine alike: an operating system's own copy may be
years old, and a plan made with one and a calendar written with another would differ by an hour.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
