"""What ``rounds`` can do: a module for each family of commands, loaded only when one of them is run."""
