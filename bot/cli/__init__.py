"""The terminal: the commands, what they print, and the doctor."""
