"""Names as people write them: their words, how a word may stand for another, and whom a spelling can mean."""
