"""Nearest-descriptor search over the rows of an index."""
