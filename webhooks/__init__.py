"""Telling third parties."""
