"""What is said of each result frame of a disparity review: message keys and typed arguments."""
