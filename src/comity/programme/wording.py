"""What another party's word is for: the fields of an objective and of an initiative that it speaks of."""

OBJECTIVE = ("statement", "outcome", "area", "mandate", "parent", "institution", "starts", "ends")
"""What the host agrees to in an objective; its stage, remarks and sources may change without it."""
INITIATIVE = (
    "mandate",
    "clause",
    "title",
    "description",
    "objectives",
    "planned_start",
    "planned_end",
    "nations",
    "taken_over_from",
    "taken_over_on",
)
"""What the host agrees to in an initiative; how far it has come may change without it."""
