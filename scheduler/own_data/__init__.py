"""What is held on one person: to see, to take away as a file and to delete."""
