"""Local search over whole plans: who is in which group, with whom, how and when, compiled to machine code."""
