"""Output for people: the HTML report, the tables, and the pictures in them."""
