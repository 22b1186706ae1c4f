"""Witnessing: checkpoints of audit logs travel in the feeds, partners sign what they hold, and their signatures return.

Registers with `sync.extras`; what a checkpoint and a cosignature are, and how they are judged, is `audit`'s.
"""
