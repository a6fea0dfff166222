"""Programmes as readable files, to export, keep under version control, and apply."""
