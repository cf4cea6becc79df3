-- An upgrade in mid-term, by calendar months, for a subscription with nothing scheduled: the plain case alone.
SELECT json_build_object('previewProration', json_build_object('userErrors', '[]'::json, 'quote', json_build_object(
    'effectiveOn', day, 'statusAfter', status,
    'lines', json_build_array(json_build_object(
        'kind', 'UPGRADE', 'quantity', quantity, 'periodStartsOn', day, 'periodEndsOn', term_ends_before - 1,
        'fraction', json_build_object('numerator', months, 'denominator', 12),
        'unitPrice', json_build_object('amount', to_char(new / 100.0, 'FM999999999990.00')),
        'price', json_build_object('amount', to_char(charged / 100.0, 'FM999999999990.00'))
    )),
    'price', json_build_object('amount', to_char(charged / 100.0, 'FM999999999990.00')),
    'renewalPriceBefore', json_build_object('amount', to_char((quantity * old + others) / 100.0, 'FM999999999990.00')),
    'renewalPriceAfter', json_build_object('amount', to_char((quantity * new + others) / 100.0, 'FM999999999990.00'))
)))
FROM (SELECT *, round(quantity * new * CAST(months AS numeric) / 12) AS charged FROM (
    SELECT s.*, d.day, old.price AS old, new.price AS new,
        least(12, 12 * (extract(year FROM term_ends_before - 1) - extract(year FROM day))
            + extract(month FROM term_ends_before - 1) - extract(month FROM day) + 1)::int AS months,
        (SELECT coalesce(sum(a.quantity * x.price), 0) FROM add_on a
         JOIN add_on_price x ON x.partner_id = $1 AND x.plan_id = n.id AND x.code = a.code AND x.cycle = s.cycle
         WHERE a.partner_id = $1 AND a.subscription_id = s.id AND a.status <> 'CANCELED')
        + (SELECT coalesce(sum(x.price), 0) FROM phone_number t
         JOIN sku_price x ON x.partner_id = $1 AND x.sku_code = t.sku_code AND x.cycle = s.cycle
         WHERE t.partner_id = $1 AND t.subscription_id = s.id) AS others
    FROM subscription s
    JOIN partner p ON p.id = $1
    JOIN customer c ON c.partner_id = $1 AND c.id = s.customer_id
    CROSS JOIN LATERAL (SELECT CAST(coalesce(p.clock, now()) AT TIME ZONE c.time_zone AS date) AS day) d
    JOIN plan n ON n.partner_id = $1 AND n.code = 'premium'
    JOIN plan_price old ON old.partner_id = $1 AND old.plan_id = s.plan_id AND old.cycle = s.cycle
    JOIN plan_price new ON new.partner_id = $1 AND new.plan_id = n.id AND new.cycle = s.cycle
    WHERE s.partner_id = $1 AND s.id = $2
) s) s
