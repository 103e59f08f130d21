"""Robustness: recall of marks laid into rendered scenes, by attack and severity."""
