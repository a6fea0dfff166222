"""Changes that affect what is published: publishing a plan, repairs, settings, leaving a programme."""
