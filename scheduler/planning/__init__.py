"""Making plans: instances, runs and drafts. Only this room builds problems for the solver from stored facts."""
