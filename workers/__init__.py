"""What runs beside the API: renewals and webhooks."""
