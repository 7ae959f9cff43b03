"""Tiny models and hand-picked molecules for tests, here and in projects that build on this one."""
