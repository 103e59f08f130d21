"""The stress ladder: marks laid into product scenes, one attack at a time, until they are lost."""
