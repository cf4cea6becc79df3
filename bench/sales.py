"""A partner with any number of subscriptions that all fall due on one day, sold by the actions themselves.

The same seed sells the same, so that two partners have equal data.
"""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from itertools import batched, count
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine
