"""Telling third parties: endpoints, and deliveries to them."""
