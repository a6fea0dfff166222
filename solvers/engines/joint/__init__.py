"""One model of the whole problem for CP-SAT, a function a rule: proves small instances, readable as a whole."""

from solvers.engines.joint.solver import JointAnswer, solve_joint

__all__ = ["JointAnswer", "solve_joint"]
