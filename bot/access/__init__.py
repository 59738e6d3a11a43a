"""Who may read which collection, and where: servers, the decision, and the desk it gives."""
