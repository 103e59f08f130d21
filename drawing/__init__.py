"""Draws the demonstration marks and the look-alike signs; not part of the package."""
