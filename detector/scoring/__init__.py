"""Evidence to probability to verdict to decision."""
