"""Finding anything of one's programmes by what is typed into one box."""
