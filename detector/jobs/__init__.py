"""Many photos: folder scans, in order, in parallel, resumable."""
