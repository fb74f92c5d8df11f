"""Runs many notebooks: planned, typed, prepared, executed several at once, judged and recorded."""
