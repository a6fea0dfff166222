"""A synthetic teaching hospital to try everything on."""
