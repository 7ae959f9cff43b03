"""Generating text: one engine interface, and prediction over files."""
