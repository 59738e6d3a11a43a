"""Files of every kind become plain text, one door for each format."""
