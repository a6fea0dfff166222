"""How long things are kept: each has its time, and goes by itself when it is over."""
