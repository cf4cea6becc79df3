"""Kills workers and connections under load, then checks: nothing is missing, nothing is there twice."""
