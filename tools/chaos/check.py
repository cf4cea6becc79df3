"""The checks after a run. Each is a statement that selects wrong rows, and must find none."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

CHECKS = {
    "terms are 1 to n": """
        SELECT subscription_id FROM term GROUP BY 1 HAVING max(number) <> count(*) OR min(number) <> 1""",
    "terms tile": """
        SELECT a.subscription_id FROM term a JOIN term b
        ON b.subscription_id = a.subscription_id AND b.number = a.number + 1
        WHERE b.starts_on <> a.ends_before""",
    "the last term is the subscription's, and runs": """
        SELECT s.id FROM subscription s WHERE s.due_at <= :now OR s.due_error IS NOT NULL
        OR s.term_number <> (SELECT max(number) FROM term t WHERE t.subscription_id = s.id)""",
    "each later term was opened by one renewal": """
        SELECT s.id FROM subscription s WHERE s.term_number - 1 <>
        (SELECT count(*) FROM history h WHERE h.subscription_id = s.id AND h.action = 'RENEW')""",
    "each term is charged once": """
        SELECT t.subscription_id FROM term t LEFT JOIN charge_line l
        ON l.subscription_id = t.subscription_id AND l.term_number = t.number
        AND l.kind IN ('PURCHASE', 'RENEWAL') AND l.starts_on = t.starts_on AND l.ends_before = t.ends_before
        GROUP BY t.subscription_id, t.number HAVING count(l.id) <> 1""",
    "a whole charge is unit x quantity": """
        SELECT id FROM charge_line WHERE kind IN ('PURCHASE', 'RENEWAL')
        AND (price <> unit_price * quantity OR cost <> unit_cost * quantity OR numerator <> denominator)""",
    "versions are 1 to n": """
        SELECT s.id FROM subscription s WHERE s.version <>
        (SELECT count(*) FROM history h WHERE h.subscription_id = s.id)""",
    "invoice numbers have no gaps": """
        SELECT partner_id FROM invoice WHERE number IS NOT NULL GROUP BY 1
        HAVING max(substr(number, 5)::int) <> count(*) OR count(DISTINCT number) <> count(*)""",
    "numbers given are numbers used": """
        SELECT c.partner_id FROM counter c WHERE c.name = 'invoice' AND c.value <>
        (SELECT count(*) FROM invoice i WHERE i.partner_id = c.partner_id AND i.number IS NOT NULL)""",
    "an invoice is the sum of its lines": """
        SELECT i.id FROM invoice i LEFT JOIN charge_line l ON l.invoice_id = i.id
        GROUP BY i.id, i.price, i.cost HAVING i.price <> sum(l.price) OR i.cost <> sum(l.cost)""",
    "applied reductions are provisioned once": """
        SELECT s.id FROM subscription s WHERE
        (SELECT count(*) FROM outbox o WHERE o.subscription_id = s.id AND o.kind = 'SET_QUANTITY') <>
        (SELECT count(*) FROM scheduled_change c WHERE c.subscription_id = s.id
         AND c.action = 'CHANGE_QUANTITY' AND c.status = 'APPLIED')
        + (SELECT count(*) FROM charge_line l WHERE l.subscription_id = s.id AND l.kind = 'QUANTITY')""",
}

COUNTS = {
    "terms": "SELECT count(*) FROM term",
    "renewals": "SELECT count(*) FROM history WHERE action = 'RENEW'",
    "charge lines": "SELECT count(*) FROM charge_line",
    "invoices issued": "SELECT count(*) FROM invoice WHERE number IS NOT NULL",
    "history records": "SELECT count(*) FROM history",
}


async def violations(connection: AsyncConnection, now: object) -> dict[str, int]:
    """How many rows each check found; empty if all is well."""
    found = {}
    for name, statement in CHECKS.items():
        parameters = {"now": now} if ":now" in statement else {}
        rows = (await connection.execute(text(statement), parameters)).all()
        if rows:
            found[name] = len(rows)
    return found


async def counts(connection: AsyncConnection) -> dict[str, int]:
    return {name: int((await connection.execute(text(s))).scalar_one()) for name, s in COUNTS.items()}
