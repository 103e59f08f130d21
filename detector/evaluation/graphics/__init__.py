"""Graphics that show no mark: negatives for a benchmark, drawn at random from a seed."""
