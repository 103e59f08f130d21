"""The reference index on disk and nearest-descriptor search. Knows no channel."""
