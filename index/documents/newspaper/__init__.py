"""A document becomes articles, as an editor reads a page."""
