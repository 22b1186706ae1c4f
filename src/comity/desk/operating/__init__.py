"""What an operator's own tools ask the node: whether it serves, and figures of how it is."""
