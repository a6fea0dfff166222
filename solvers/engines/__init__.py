"""The numeric work behind :func:`solvers.solve.solve`: loaded only for solving."""
