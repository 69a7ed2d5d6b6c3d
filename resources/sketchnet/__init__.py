"""The embedded network: the drawings it learned from, its training, its measures."""
