"""Plans answer an operation at once: one statement reads it, and one generated function writes its JSON.

The reference way is graphql-core with `resolvers/loaders.py`. It answers what a plan does not cover,
and whatever goes wrong in a plan.
"""
