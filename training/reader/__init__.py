"""Train the reader: which units of a window answer a question, and where."""
