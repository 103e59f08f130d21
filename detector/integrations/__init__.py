"""Programs of others that load this package: one module for each."""
