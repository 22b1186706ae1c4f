"""How what was released leaves this node, and how what others released comes in.

`emit` makes frames of the outbox, `take_in` makes records of frames, `vectors` says who has how much, and `courier` is
the loop that does all of it. Emission and taking in are the only writers of feeds and frames.
"""
