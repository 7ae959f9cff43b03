"""Measuring: how good answers are, and how fast they come."""
