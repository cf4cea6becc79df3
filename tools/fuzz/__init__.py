"""Sends whatever the schema allows, and what it forbids, as everyone, and looks for faults in the answers."""
