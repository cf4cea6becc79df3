"""GraphQL over HTTP and WebSocket: what goes over the wire, and how."""
