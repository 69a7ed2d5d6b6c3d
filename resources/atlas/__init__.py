"""The looks and the behaviour of an atlas's page, put into each one by ``engine.atlas.sheet``."""
