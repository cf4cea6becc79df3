"""What a partner sets up before it sells: catalogue, stock of numbers, customers, webhook endpoints."""
