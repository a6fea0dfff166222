"""The search box: anything in a coordinator's programmes, found by what she types."""
