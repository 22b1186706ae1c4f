"""Bundles on this node: writing one for a partner, reading one, and the return slip where nothing comes back.

A bundle is another road for the same frames. Reading one is receipt as it always is (`sync.take_in`); writing one sends
nothing that a partner would not be given over a network.
"""
