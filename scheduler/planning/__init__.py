"""Plans being made: instances, runs, drafts. The only neighbour of the solver."""
