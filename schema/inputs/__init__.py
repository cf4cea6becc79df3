"""The inputs of mutations: each knows the command that it stands for."""
