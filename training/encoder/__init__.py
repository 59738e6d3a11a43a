"""Make the folder of the bundled encoder from the published weights."""
