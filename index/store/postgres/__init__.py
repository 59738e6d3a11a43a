"""The engine for more than one machine: catalog, terms and vectors in PostgreSQL with pgvector."""
