"""From windows to an answer: what each unit says of the question, which are quoted, how sure."""
