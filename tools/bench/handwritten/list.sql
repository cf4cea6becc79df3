SELECT json_build_object('subscriptions', json_build_object('edges', json_agg(json_build_object('node', json_build_object(
    'id', rtrim(translate(encode(convert_to('CustomerSubscription:' || s.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
    'reference', s.reference, 'status', s.status, 'quantity', s.quantity, 'autoRenewal', s.auto_renewal,
    'purchasedOn', s.purchased_on, 'version', s.version,
    'term', json_build_object('number', s.term_number, 'startsOn', s.term_starts_on, 'endsOn', s.term_ends_before - 1),
    'plan', json_build_object('code', p.code, 'name', p.name),
    'customer', json_build_object('name', c.name)
)) ORDER BY s.reference, s.id)))
FROM (SELECT * FROM subscription WHERE partner_id = $1 ORDER BY reference, id LIMIT $2) s
JOIN plan p ON p.partner_id = $1 AND p.id = s.plan_id
JOIN customer c ON c.partner_id = $1 AND c.id = s.customer_id
