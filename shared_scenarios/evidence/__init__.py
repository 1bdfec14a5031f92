"""The three witnesses: the wire, the objects, the observer."""
