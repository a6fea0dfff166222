"""Charters: what a group agrees on about confidence and conduct, and who has agreed."""
