"""SVG documents rewritten in what the renderer draws as a browser does, or refused."""
