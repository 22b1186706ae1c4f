"""`comity hub`: keeping a hub, in a directory of its own, and using one from a node."""
