"""The question bank: its source, and what is made from it. Nothing here knows Django."""
