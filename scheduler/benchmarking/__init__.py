"""Measuring the planner: the instances, what others reached on them, and the tables."""
