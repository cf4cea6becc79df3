"""The enumerations, as GraphQL enums of the contract's names, with what each value means."""

from schema.enums import errors, life, money, parties

__all__ = ["errors", "life", "money", "parties"]
