"""Proven upper bounds on the best possible score.

The public entry is ``solvers.engines.bound.upper_bound.upper_bound``: it takes an instance and returns a number that no
plan's score can exceed. It shares nothing with the search but the instance. ``docs/bounds.md`` explains the method and
defines its terms.
"""
