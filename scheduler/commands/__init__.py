"""The commands of ``rounds``: one module for each family, loaded only when one of them is run."""
