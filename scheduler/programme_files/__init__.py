"""Programmes as readable files: exported, kept under version control, and applied."""
