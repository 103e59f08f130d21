"""The ways of one photo and of one mark through all stages."""
