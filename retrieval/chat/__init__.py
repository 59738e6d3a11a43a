"""Answers written by a chat model: the prompt, the door, the budget."""
