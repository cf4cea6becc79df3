"""Kills workers and connections under load, then counts: nothing missing, nothing twice."""
