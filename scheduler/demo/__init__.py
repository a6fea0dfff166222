"""A made-up teaching hospital for trying everything out."""
