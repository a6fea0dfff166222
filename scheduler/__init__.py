"""Mentor Rounds without HTTP: a folder for each noun of the programme."""
