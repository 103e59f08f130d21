"""Makes the networks of the check `second_look`: `python -m training.second_look`."""
