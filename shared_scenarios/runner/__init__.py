"""Plays cells, each implementation and database in a process of its own. It prints nothing and judges nothing."""
