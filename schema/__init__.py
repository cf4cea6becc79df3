"""What the API says: types, inputs, payloads, permissions."""
