"""What `rounds bench` measures."""
