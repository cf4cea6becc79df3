"""Invoices."""

from enum import StrEnum


class InvoiceStatus(StrEnum):
    PENDING = "PENDING"
    ISSUED = "ISSUED"
