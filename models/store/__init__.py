"""Loads what actions decide on, and writes what they decided, in one unit of work."""
