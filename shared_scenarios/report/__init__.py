"""The report file: one header, one line per cell, one footer. A file without its footer is not a report."""
