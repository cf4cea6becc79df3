"""Authentication by bearer tokens: the instance's own, or an OpenID provider's."""
