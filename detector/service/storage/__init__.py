"""What the service remembers: the tables of its database, and a store of pictures."""
