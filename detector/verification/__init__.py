"""Dense checks of a proposed pose: refine it, then compare photo and mark closely."""
