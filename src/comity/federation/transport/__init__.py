"""How nodes speak to each other: requests over HTTP that are signed, and bodies that verify themselves."""
