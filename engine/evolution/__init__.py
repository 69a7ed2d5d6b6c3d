"""Fooling images without gradients: evolved until the network is certain (Nguyen et al. 2015).

``evolve`` is the loop; ``elites`` the archive, a cell a class; ``direct`` and ``cppn`` are the two
ways in which a genome becomes a picture.
"""
