"""Why somebody is where they are in a plan, and why a group meets when it does: decisions, told to a coordinator."""
