"""Draws the shipped demonstration marks and renders the sample photos; not part of the package."""
