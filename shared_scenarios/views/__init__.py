"""Views draw the matrix and the timelines; they compute nothing. A new format is one module."""
