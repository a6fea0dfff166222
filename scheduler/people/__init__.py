"""Residents and faculty, their roles and wishes, and how they sign in."""
