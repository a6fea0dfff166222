"""The programme: its term, rounds, windows, sites, rooms and mentoring models."""
