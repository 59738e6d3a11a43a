"""The sentence that answers, and the span in it, chosen without a language model."""
