"""One file for each group of Discord commands."""
