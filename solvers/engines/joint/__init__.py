"""One model of the whole problem for CP-SAT, a function a rule: proves small instances, readable as a whole."""

from solvers.engines.joint.solving import JointAnswer, joint_size, solve_joint

__all__ = ["JointAnswer", "joint_size", "solve_joint"]
