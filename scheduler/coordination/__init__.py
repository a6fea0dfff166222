"""What a coordinator changes of what is published, by hand: previewed by the referee, then carried out at once."""
