"""The numeric work behind :func:`solvers.solve.solve`: loaded only when something is to be solved."""
