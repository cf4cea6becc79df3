-- Customers `bench.first` to `bench.last` (inclusive) of one partner, ten subscriptions each, with three yearly
-- terms behind them. The catalogue comes with the first customer. Run by the superuser, foreign keys unchecked.

SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE OR REPLACE FUNCTION pg_temp.key(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql AS $$
    SELECT CAST(lpad(kind, 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0') AS uuid)
$$;

CREATE TEMPORARY TABLE batch AS SELECT
    CAST(current_setting('bench.partner_id') AS uuid) AS partner_id,
    CAST(current_setting('bench.first') AS bigint) AS first,
    CAST(current_setting('bench.last') AS bigint) AS last;

CREATE TEMPORARY TABLE item AS
SELECT * FROM (VALUES
    ('basic', 'Basic', 0, 12000, 10000), ('full', 'Full', 1, 24000, 20000), ('premium', 'Premium', 2, 48000, 40000)
) AS plan (code, name, rank, price, cost);

INSERT INTO partner (id, name, currency, clock, quote_secret, created_at, proration_unit, upgrade_basis,
    allow_refund, refund_window_days, cancellation_adjustment)
SELECT partner_id, 'Bench', 'USD', '2025-06-16 09:00:00Z', '\x00', '2023-03-01', 'CALENDAR_MONTH', 'TARGET_PLAN',
    true, 200, 'DAILY'
FROM batch WHERE first = 1;

INSERT INTO counter (partner_id, name, value)
SELECT partner_id, name, 100000000 FROM batch, unnest(ARRAY['subscription', 'invoice', 'contract']) AS name
WHERE first = 1;

INSERT INTO product (partner_id, id, code, name)
SELECT partner_id, pg_temp.key('1', 0), 'phone', 'Phone' FROM batch WHERE first = 1;

INSERT INTO plan (partner_id, id, product_id, code, name, rank, default_settings)
SELECT partner_id, pg_temp.key('2', rank), pg_temp.key('1', 0), code, name, rank, '{"ringSeconds": 20}'
FROM batch, item WHERE first = 1;

INSERT INTO plan_price (partner_id, plan_id, cycle, price, cost)
SELECT partner_id, pg_temp.key('2', rank), cycle, price / months, cost / months
FROM batch, item, (VALUES ('YEARLY', 1), ('MONTHLY', 10)) AS paid (cycle, months) WHERE first = 1;

INSERT INTO add_on_offer (partner_id, plan_id, code, name)
SELECT partner_id, pg_temp.key('2', rank), offer, initcap(offer)
FROM batch, item, unnest(ARRAY['storage', 'recording']) AS offer WHERE first = 1;

INSERT INTO add_on_price (partner_id, plan_id, code, cycle, price, cost)
SELECT partner_id, plan_id, code, cycle, 4800 / months, 1200 / months
FROM add_on_offer JOIN batch USING (partner_id), (VALUES ('YEARLY', 1), ('MONTHLY', 10)) AS paid (cycle, months)
WHERE first = 1;

INSERT INTO sku (partner_id, code, name) SELECT partner_id, 'local', 'Local' FROM batch WHERE first = 1;

INSERT INTO sku_price (partner_id, sku_code, cycle, price, cost)
SELECT partner_id, 'local', cycle, 2400 / months, 2000 / months
FROM batch, (VALUES ('YEARLY', 1), ('MONTHLY', 10)) AS paid (cycle, months) WHERE first = 1;

INSERT INTO customer (partner_id, id, org_uuid, name, time_zone, bill_on_order_day, billing_day, created_at)
SELECT partner_id, pg_temp.key('3', n), pg_temp.key('4', n), 'Customer ' || lpad(CAST(n AS text), 7, '0'),
    (ARRAY['Asia/Singapore', 'Europe/Berlin', 'America/New_York'])[1 + n % 3], true, 15, '2023-03-01'
FROM batch, generate_series(first, last) AS n;

INSERT INTO member (partner_id, id, customer_id, name, email)
SELECT partner_id, pg_temp.key('5', n * 10 + k), pg_temp.key('3', n), 'Member ' || k, k || '@' || n || '.example'
FROM batch, generate_series(first, last) AS n, generate_series(0, 2) AS k;

INSERT INTO contract (partner_id, id, customer_id, reference, title, starts_on, status)
SELECT partner_id, pg_temp.key('6', n), pg_temp.key('3', n), 'C-' || lpad(CAST(n AS text), 7, '0'), 'Frame',
    '2023-03-01', 'ACTIVE'
FROM batch, generate_series(first, last) AS n;

CREATE TEMPORARY TABLE sale AS
SELECT partner_id, n, pg_temp.key('7', n) AS id, pg_temp.key('3', 1 + n / 10) AS customer_id,
    n % 2 AS rank, 2 + n % 20 AS quantity, 1 + n % 9 AS pieces,
    (ARRAY['Asia/Singapore', 'Europe/Berlin', 'America/New_York'])[1 + (1 + n / 10) % 3] AS time_zone
FROM batch, generate_series((first - 1) * 10, last * 10 - 1) AS n;

INSERT INTO subscription (partner_id, id, customer_id, plan_id, contract_id, reference, status, quantity, cycle,
    multiplier, auto_renewal, purchased_on, anchor_day, term_number, term_starts_on, term_ends_before,
    term_anchor_day, settings, version, due_at, created_at)
SELECT partner_id, id, customer_id, pg_temp.key('2', rank),
    CASE WHEN n % 2 = 0 THEN pg_temp.key('6', 1 + n / 10) END,
    'S-' || lpad(CAST(n AS text), 7, '0'), 'ACTIVE', quantity, 'YEARLY', 1, true, '2023-03-01', 1, 3, '2025-03-01',
    '2026-03-01', 1, '{"ringSeconds": 20}', 3, CAST('2026-03-01' AS timestamp) AT TIME ZONE time_zone, '2023-03-01'
FROM sale;

INSERT INTO term (partner_id, subscription_id, number, starts_on, ends_before, anchor_day)
SELECT partner_id, id, k, make_date(2022 + k, 3, 1), make_date(2023 + k, 3, 1), 1 FROM sale, generate_series(1, 3) AS k;

INSERT INTO add_on (partner_id, id, subscription_id, code, name, quantity, status)
SELECT partner_id, pg_temp.key('8', n), id, 'storage', 'Storage', pieces, 'ACTIVE' FROM sale;

INSERT INTO add_on_record (partner_id, id, add_on_id, customer_id, at, effective_on, quantity_before,
    quantity_after, source)
SELECT partner_id, pg_temp.key('9', n), pg_temp.key('8', n), customer_id, '2023-03-01', '2023-03-01', 0, pieces,
    'ORDER'
FROM sale;

INSERT INTO phone_number (partner_id, id, e164, sku_code, subscription_id)
SELECT partner_id, pg_temp.key('a', n), '+1202' || lpad(CAST(n AS text), 8, '0'), 'local', id FROM sale;

-- As many are free, up to ten thousand.
INSERT INTO phone_number (partner_id, id, e164, sku_code)
SELECT partner_id, pg_temp.key('b', n), '+1303' || lpad(CAST(n AS text), 8, '0'), 'local' FROM sale WHERE n < 10000;

INSERT INTO assignee (partner_id, subscription_id, member_id)
SELECT partner_id, id, pg_temp.key('5', (1 + n / 10) * 10) FROM sale;

INSERT INTO history (partner_id, id, subscription_id, customer_id, version, action, at, effective_on, actor,
    summary, changes)
SELECT partner_id, pg_temp.key('c', n * 10 + k), id, customer_id, k, CASE k WHEN 1 THEN 'CREATE' ELSE 'RENEW' END,
    make_date(2022 + k, 3, 1), make_date(2022 + k, 3, 1), 'system',
    CASE k WHEN 1 THEN 'Bought Basic.' ELSE 'Renewed for the year from 1 March ' || 2022 + k || '.' END,
    jsonb_build_array(jsonb_build_object('field', 'term.number', 'before', CAST(k - 1 AS text), 'after', CAST(k AS text)))
FROM sale, generate_series(1, 3) AS k;

CREATE TEMPORARY TABLE sold AS
SELECT partner_id, n, 0 AS position, 'PLAN' AS item_kind, item.code AS item_code, item.name AS item_name,
    quantity, price AS unit_price, cost AS unit_cost
FROM sale JOIN item USING (rank)
UNION ALL SELECT partner_id, n, 1, 'ADD_ON', 'storage', 'Storage', pieces, 4800, 1200 FROM sale
UNION ALL
SELECT partner_id, n, 2, 'NUMBER', e164, 'Local ' || e164, 1, 2400, 2000
FROM sale, LATERAL (SELECT '+1202' || lpad(CAST(n AS text), 8, '0') AS e164) AS number;

INSERT INTO charge_line (partner_id, id, subscription_id, record_id, invoice_id, term_number, position, kind,
    item_kind, item_code, item_name, starts_on, ends_before, anchor_day, quantity, numerator, denominator,
    cycle_months, unit_price, price, unit_cost, cost, closed)
SELECT partner_id, pg_temp.key('d', n * 100 + k * 10 + position), pg_temp.key('7', n), pg_temp.key('c', n * 10 + k),
    pg_temp.key('e', n * 10 + k), k, position, CASE k WHEN 1 THEN 'PURCHASE' ELSE 'RENEWAL' END, item_kind, item_code,
    item_name, make_date(2022 + k, 3, 1), make_date(2023 + k, 3, 1), 1, quantity, 1, 1, 12, unit_price,
    unit_price * quantity, unit_cost, unit_cost * quantity, false
FROM sold, generate_series(1, 3) AS k;

INSERT INTO invoice (partner_id, id, customer_id, number, status, issued_on, price, cost, created_at)
SELECT sale.partner_id, pg_temp.key('e', sale.n * 10 + k), customer_id,
    'INV-' || lpad(CAST(sale.n * 10 + k AS text), 8, '0'), 'ISSUED', make_date(2022 + k, 3, 1), price, cost,
    make_date(2022 + k, 3, 1)
FROM sale
JOIN (SELECT n, sum(unit_price * quantity) AS price, sum(unit_cost * quantity) AS cost FROM sold GROUP BY n) AS total
    ON total.n = sale.n,
generate_series(1, 3) AS k;

DROP TABLE batch, item, sale, sold;
RESET session_replication_role;
ANALYZE
