"""Reading pictures: the guarded reader, the killable worker, SVG, and listing of files."""
