"""Changes by hand to what is published: the referee previews each one, then it is carried out in one go."""
