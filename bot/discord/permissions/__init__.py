"""Who may read which collection, and where: servers, the decision, and the service it gives."""
