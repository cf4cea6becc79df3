"""A plan answers a whole operation: one statement reads it, and one generated function writes its JSON.

The reference way is graphql-core with `resolvers/loaders.py`. It answers operations that a plan does not
cover, and operations whose plan fails.
"""
