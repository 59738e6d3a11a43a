"""The Discord client: what is heard, in whose turn it is answered, and how a reply is delivered."""
