"""What changes for everybody at once: publishing a plan, and leaving a programme."""
