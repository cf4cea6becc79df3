"""How a field is answered: who asks, which rows, in how many statements."""
