"""The atlas: a picture of every unit of a layer or of a whole network, in one store on disk.

``parcels`` and ``store`` are plain data and disk, ``render`` makes the pictures, ``working`` is the
engine's background job, ``sheet`` writes the page that opens in any browser.
"""
