"""Words of marks in text read from pictures and in the titles and descriptions of listings."""
