"""The only room that talks to people: the terminal and Discord."""
