"""Encoders: texts become unit vectors."""
