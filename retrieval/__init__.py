"""The read path: a question finds passages and becomes an answer that is quoted and cited."""
