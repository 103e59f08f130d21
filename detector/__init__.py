"""Open, offline detection of protected logos and designs in product photos."""
