"""What a person reads: the HTML report, the tables, and the proof pictures in them."""
