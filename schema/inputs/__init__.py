"""The inputs of mutations. `command` translates each for the action."""
