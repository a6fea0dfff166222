"""When people can come, given their duties, weekly patterns and own words."""
