-- Everything that renewing does to the rows, for all that is due at once, in one statement.
-- It knows the plain case alone: nothing scheduled, nothing canceled, every price there.

WITH due AS (
    SELECT s.*, c.time_zone, c.bill_on_order_day, c.billing_day,
        s.multiplier * CASE s.cycle WHEN 'YEARLY' THEN 12 ELSE 1 END AS months,
        CAST(s.due_at AT TIME ZONE c.time_zone AS date) AS today
    FROM subscription s
    JOIN customer c ON c.partner_id = s.partner_id AND c.id = s.customer_id
    WHERE s.partner_id = :partner_id AND s.due_at <= :now AND s.status = 'ACTIVE' AND s.auto_renewal
        AND NOT EXISTS (
            SELECT FROM scheduled_change w
            WHERE w.partner_id = s.partner_id AND w.subscription_id = s.id AND w.status = 'PENDING'
        )
    FOR NO KEY UPDATE OF s
),
dated AS (
    SELECT due.*,
        date_trunc('month', CAST(term_ends_before AS timestamp)) + months * interval '1 month' AS next_month,
        date_trunc('month', CAST(today AS timestamp)) AS this_month
    FROM due
),
renewed AS MATERIALIZED (
    SELECT dated.*,
        uuidv7() AS record_id,
        uuidv7() AS invoice_id,
        CAST(least(
            next_month + (anchor_day - 1) * interval '1 day', next_month + interval '1 month - 1 day'
        ) AS date) AS next_ends_before,
        CAST(CASE
            WHEN least(
                this_month + (billing_day - 1) * interval '1 day', this_month + interval '1 month - 1 day'
            ) > today
            THEN least(
                this_month + (billing_day - 1) * interval '1 day', this_month + interval '1 month - 1 day'
            )
            ELSE least(
                this_month + interval '1 month' + (billing_day - 1) * interval '1 day',
                this_month + interval '2 months - 1 day'
            )
        END AS date) AS bill_on,
        row_number() OVER (PARTITION BY bill_on_order_day ORDER BY due_at, id) AS place
    FROM dated
),
line AS MATERIALIZED (
    SELECT held.*,
        row_number() OVER (PARTITION BY subscription_id ORDER BY class, sorted_by) - 1 AS position,
        held.unit_price * held.quantity AS price,
        held.unit_cost * held.quantity AS cost
    FROM (
        SELECT r.id AS subscription_id, 1 AS class, '' AS sorted_by, 'PLAN' AS item_kind,
            p.code AS item_code, p.name AS item_name, r.quantity,
            x.price * r.multiplier AS unit_price, x.cost * r.multiplier AS unit_cost
        FROM renewed r
        JOIN plan p ON p.partner_id = r.partner_id AND p.id = r.plan_id
        JOIN plan_price x ON x.partner_id = p.partner_id AND x.plan_id = p.id AND x.cycle = r.cycle
        UNION ALL
        SELECT r.id, 2, CAST(a.id AS text), 'ADD_ON', o.code, o.name, a.quantity,
            x.price * r.multiplier, x.cost * r.multiplier
        FROM renewed r
        JOIN add_on a ON a.partner_id = r.partner_id AND a.subscription_id = r.id AND a.status <> 'CANCELED'
        JOIN add_on_offer o ON o.partner_id = a.partner_id AND o.plan_id = r.plan_id AND o.code = a.code
        JOIN add_on_price x ON x.partner_id = o.partner_id AND x.plan_id = o.plan_id AND x.code = o.code
            AND x.cycle = r.cycle
        UNION ALL
        SELECT r.id, 3, n.e164, 'NUMBER', n.e164, k.name || ' ' || n.e164, 1,
            x.price * r.multiplier, x.cost * r.multiplier
        FROM renewed r
        JOIN phone_number n ON n.partner_id = r.partner_id AND n.subscription_id = r.id
        JOIN sku k ON k.partner_id = n.partner_id AND k.code = n.sku_code
        JOIN sku_price x ON x.partner_id = k.partner_id AND x.sku_code = k.code AND x.cycle = r.cycle
    ) held
),
total AS (
    SELECT subscription_id, sum(price) AS price, sum(cost) AS cost FROM line GROUP BY subscription_id
),
counted AS (
    UPDATE counter
    SET value = value + (SELECT count(*) FROM renewed WHERE bill_on_order_day)
    WHERE partner_id = :partner_id AND name = 'invoice'
    RETURNING value
),
issued AS (
    INSERT INTO invoice (partner_id, id, customer_id, number, status, issued_on, price, cost, created_at)
    SELECT r.partner_id, r.invoice_id, r.customer_id,
        'INV-' || lpad(CAST(counted.value - (SELECT count(*) FROM renewed WHERE bill_on_order_day) + r.place
            AS text), 6, '0'),
        'ISSUED', r.today, t.price, t.cost, r.due_at
    FROM renewed r JOIN total t ON t.subscription_id = r.id CROSS JOIN counted
    WHERE r.bill_on_order_day
),
collected AS (
    INSERT INTO invoice
        (partner_id, id, customer_id, status, due_to_issue_on, price, cost, created_at)
    SELECT r.partner_id, uuidv7(), r.customer_id, 'PENDING', min(r.bill_on), sum(t.price), sum(t.cost),
        min(r.due_at)
    FROM renewed r JOIN total t ON t.subscription_id = r.id
    WHERE NOT r.bill_on_order_day
    GROUP BY r.partner_id, r.customer_id
    ORDER BY min(r.place)
    ON CONFLICT (partner_id, customer_id) WHERE status = 'PENDING'
    DO UPDATE SET price = invoice.price + excluded.price, cost = invoice.cost + excluded.cost
    RETURNING id, customer_id
),
opened AS (
    INSERT INTO term (partner_id, subscription_id, number, starts_on, ends_before, anchor_day)
    SELECT partner_id, id, term_number + 1, term_ends_before, next_ends_before, anchor_day FROM renewed
),
recorded AS (
    INSERT INTO history
        (partner_id, id, subscription_id, customer_id, version, action, at, effective_on, actor, summary, changes)
    SELECT partner_id, record_id, id, customer_id, version + 1, 'RENEW', due_at, term_ends_before, 'system',
        'Renewed for ' || term_ends_before || ' to ' || next_ends_before - 1 || '.',
        jsonb_build_array(
            jsonb_build_object('field', 'term.number',
                'before', CAST(term_number AS text), 'after', CAST(term_number + 1 AS text)),
            jsonb_build_object('field', 'term.startsOn',
                'before', CAST(term_starts_on AS text), 'after', CAST(term_ends_before AS text)),
            jsonb_build_object('field', 'term.endsOn',
                'before', CAST(term_ends_before - 1 AS text), 'after', CAST(next_ends_before - 1 AS text)))
    FROM renewed
),
charged AS (
    INSERT INTO charge_line
        (partner_id, id, subscription_id, record_id, invoice_id, term_number, position, kind, item_kind,
         item_code, item_name, starts_on, ends_before, anchor_day, quantity, numerator, denominator,
         cycle_months, unit_price, price, unit_cost, cost, closed)
    SELECT r.partner_id, uuidv7(), r.id, r.record_id, coalesce(c.id, r.invoice_id), r.term_number + 1,
        l.position, 'RENEWAL', l.item_kind, l.item_code, l.item_name, r.term_ends_before,
        r.next_ends_before, r.anchor_day, l.quantity, 1, 1, r.months,
        l.unit_price, l.price, l.unit_cost, l.cost, false
    FROM line l
    JOIN renewed r ON r.id = l.subscription_id
    LEFT JOIN collected c ON c.customer_id = r.customer_id AND NOT r.bill_on_order_day
)
UPDATE subscription s
SET term_number = r.term_number + 1, term_starts_on = r.term_ends_before,
    term_ends_before = r.next_ends_before, term_anchor_day = r.anchor_day, version = r.version + 1,
    due_at = CAST(r.next_ends_before AS timestamp) AT TIME ZONE r.time_zone,
    due_error = NULL, due_retry_at = NULL
FROM renewed r
WHERE s.partner_id = r.partner_id AND s.id = r.id
