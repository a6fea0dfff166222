"""What a person's duties, patterns and own words leave free."""
