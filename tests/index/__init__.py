"""Tests of the reference index and of search."""
