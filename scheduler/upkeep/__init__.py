"""What whoever runs an installation needs: copies that can be relied on, and answers to “is all well?”."""
