"""The patches of a folder of images that excite each unit most.

``working`` goes through the folder in the background and keeps the best of every unit (``best``)
in a store on disk (``store``); ``index`` reads it while it grows.
"""
