"""What a partner sets up before it sells: its catalogue, its stock of numbers, its customers."""
