"""How the exchange goes: what waits, who is behind, what stands still, and what a person decides about it."""
