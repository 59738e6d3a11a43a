"""What Discord, the terminal and operations share: protocols, exceptions, threads, JSON shapes."""
