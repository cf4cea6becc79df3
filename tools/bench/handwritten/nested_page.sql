SELECT json_build_object('customers', json_build_object('edges', json_agg(json_build_object('node', json_build_object(
    'id', rtrim(translate(encode(convert_to('Customer:' || c.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
    'orgUuid', c.org_uuid, 'name', c.name, 'timeZone', c.time_zone,
    'subscriptions', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', {subscription})), '[]')
        FROM (
            SELECT * FROM subscription
            WHERE partner_id = $1 AND customer_id = c.id ORDER BY reference, id LIMIT 10
        ) s
    ))
)))))
FROM (SELECT * FROM customer WHERE partner_id = $1 ORDER BY name, id LIMIT $2) c
