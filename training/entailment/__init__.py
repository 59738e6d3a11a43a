"""Training of the model that tells whether a quoted unit says what a sentence claims."""
