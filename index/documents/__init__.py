"""Files become documents: one reader a format, articles made of blocks."""
