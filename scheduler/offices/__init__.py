"""Who looks after a programme: how somebody comes to an office, and how they leave it."""
