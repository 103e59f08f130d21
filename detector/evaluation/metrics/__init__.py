"""Protocols: pure functions from a method's outcomes to figures; NaN is "cannot be said"."""
