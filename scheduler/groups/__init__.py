"""Groups as their members see them: who belongs to one, and what is theirs alone."""
