"""Faults: links, disks, clocks and peers that fail or lie, and what must hold all the same."""
