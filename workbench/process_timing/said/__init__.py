"""What is said of each result frame of a process: message keys and typed arguments, one file a question."""
