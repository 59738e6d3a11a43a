"""What a written sentence claims, held against the passages it cites."""
