"""The widgets, one a file: signals out, setters in, no knowledge of the engine's work."""
