"""Troubles: what no longer works among the published sessions, which change caused it, and what can be done."""
