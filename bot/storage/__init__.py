"""What the bot remembers: the answers given and what people thought of them."""
