"""Figures about a running bot: metrics, the health page and the measured service."""
