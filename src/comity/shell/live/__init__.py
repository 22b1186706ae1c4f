"""Live updates: an open page learns at once that something happened on the node, and asks again what it shows.

A stream says "something after n", n being how far the log goes, and never what: what somebody may see is decided where
it always is, by the view that the page asks again. One small process serves all streams; one look at the log every
50 ms serves all of them together.
"""
