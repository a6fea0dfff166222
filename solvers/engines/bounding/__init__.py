"""Proven upper bounds on the best possible score.

The public entry is ``solvers.engines.bounding.bound.upper_bound``: an instance goes in, a number comes out that no
plan's score can exceed. It shares nothing with the search but the instance.
"""
