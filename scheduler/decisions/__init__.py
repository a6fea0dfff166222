"""Decisions, explained to a coordinator: why someone is in their group, and why a group meets when it does."""
