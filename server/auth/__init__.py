"""Who asks: bearer tokens of our own, or of an OpenID provider."""
