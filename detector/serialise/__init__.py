"""Results as text: JSON lines and CSV, and back."""
