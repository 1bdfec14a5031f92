"""Changed answers, made mechanically: what the suite has to tell from the original."""
