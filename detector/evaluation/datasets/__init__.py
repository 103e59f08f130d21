"""Labelled photos in the layouts people have them in; one module per layout."""
