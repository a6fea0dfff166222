"""What people say of the programme after sessions and once a term, and what is shown of it: never by name."""
