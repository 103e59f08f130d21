"""Trains the dense mark embedding from package data: `python -m training --help`."""
