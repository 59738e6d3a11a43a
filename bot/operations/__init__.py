"""Figures about a running bot: metrics and the health page."""
