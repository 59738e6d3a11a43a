"""The write path: a file becomes articles, passages, vectors and terms in the store."""
