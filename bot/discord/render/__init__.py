"""Answers, lists and runs as message parts within Discord's limits; pure functions."""
