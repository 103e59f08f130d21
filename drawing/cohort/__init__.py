"""Draws the cohort: some hundred graphics that simple marks resemble."""
