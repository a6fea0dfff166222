"""The work behind :func:`solvers.explain.explain`: facts about a plan, found by trying and judged by the referee."""
