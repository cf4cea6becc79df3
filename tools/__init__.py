"""What measures and torments the service."""
