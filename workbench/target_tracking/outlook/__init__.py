"""Where a measure stands on the way to its target, and whether it gets there if the process goes on as it runs."""
