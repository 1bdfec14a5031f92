"""Django's answers: one module per theme, one function per question and variant."""
