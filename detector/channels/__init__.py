"""The channels: each describes a picture and compares it with the views of an index."""
