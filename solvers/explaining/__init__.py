"""What stands behind :func:`solvers.explain.explain`: alternatives to a plan, judged by the referee's arithmetic."""
