"""Whole operations answered at once: one statement, and one generated function that shapes its rows.

The reference way, `resolvers/loaders.py` under graphql-core, stays the truth: what a plan cannot serve, or
whatever goes wrong in it, falls back to that.
"""
