"""Marking: who may read a record, who may release it, and how much a source is worth."""
