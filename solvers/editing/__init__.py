"""Changes of a plan that are tried out: what they are, how they are applied, and which would be best."""
