"""Names as people write them: their words, how one word may stand for another, and who a spelling can mean."""
