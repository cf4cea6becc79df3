"""What a partner sets up before it sells: itself, its catalogue, its stock of numbers, its customers."""
