"""A question becomes weighted terms, and passages are ranked by what they hold of it."""
