"""The accuracy laboratory: datasets, protocols, the stress ladder, and what is said of them."""
