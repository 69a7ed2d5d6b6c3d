"""The window: views, models, pages and the controller between them and the engine. No torch."""
