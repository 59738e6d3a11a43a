"""Where passages are kept: catalog, terms and vectors of one generation beside another."""
