"""Reading protected marks from their sources and deriving the views an index keeps."""
