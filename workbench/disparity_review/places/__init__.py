"""Places beside what chance would give, and whether like places lie together."""
