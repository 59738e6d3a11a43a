"""Settings and logs: the lowest room, which imports nothing of ours."""
