"""Evaluation on labelled photos: datasets, metrics, baselines, robustness, and their report."""
