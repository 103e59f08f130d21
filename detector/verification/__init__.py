"""Dense checks of a proposed pose: pose refinement, then local comparison."""
