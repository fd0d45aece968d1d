"""Handbell: the message one patient needs, and nothing else."""

__version__ = "0.1.0"
