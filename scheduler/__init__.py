"""Mentor Rounds without its pages: the application.

Time zones come from the pinned package ``tzdata`` on every machine. An operating system's own copy may be years old,
and a plan made with one copy would then differ by an hour from a calendar written with another.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
