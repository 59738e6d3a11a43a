"""Follow-ups become questions of their own."""
