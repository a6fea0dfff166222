"""Instances and solutions as JSON, as ``docs/instance-format.md`` describes them.

Reading checks everything that can be checked without solving and raises one
:class:`~solvers.errors.UnusableInput` that holds all faults found; writing is its exact reverse.
"""

from solvers.errors import Fault, UnusableInput
from solvers.instance_codec import INSTANCE_FORMAT, instance_from_json, instance_to_json, read_instance
from solvers.solution_codec import SOLUTION_FORMAT, read_solution, solution_from_json, solution_to_json

__all__ = [
    "INSTANCE_FORMAT",
    "SOLUTION_FORMAT",
    "Fault",
    "UnusableInput",
    "instance_from_json",
    "instance_to_json",
    "read_instance",
    "read_solution",
    "solution_from_json",
    "solution_to_json",
]
