"""Signing in: single-use links, logins, an institution's sign-in, and limits on requests."""
