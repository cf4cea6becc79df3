"""What the business does: one file per verb, and the one writer of money and history."""
