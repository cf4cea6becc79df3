"""The object types, as clients see them."""
