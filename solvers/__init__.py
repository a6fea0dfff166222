"""The planning problem and its solving: an Instance goes in, a Solution comes out.

Pure: no database, no wall clock, no files, no environment, nothing from ``scheduler`` or ``web``.
``solvers.solve(instance, limits, on_progress, should_stop)`` is the one entry; the engines behind it are loaded
when it is called, not before.
"""

# The function takes the place of its module, which ``from solvers.solve import …`` finds all the same.
from solvers.solve import solve as solve

__all__ = ["solve"]
