"""Everything out again: tables as files, and a whole programme as one archive that goes in elsewhere."""
