"""Tests of decisions: what searches found, and whether darkness changes who is stopped."""
