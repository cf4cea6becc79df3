json_build_object(
    'id', rtrim(translate(encode(convert_to('CustomerSubscription:' || s.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
    'reference', s.reference, 'status', s.status, 'quantity', s.quantity, 'autoRenewal', s.auto_renewal,
    'purchasedOn', s.purchased_on, 'version', s.version,
    'plan', (
        SELECT json_build_object('id', rtrim(translate(encode(convert_to('Plan:' || p.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='), 'code', p.code, 'name', p.name)
        FROM plan p WHERE p.partner_id = $1 AND p.id = s.plan_id
    ),
    'addOns', (
        SELECT coalesce(json_agg(json_build_object(
            'id', rtrim(translate(encode(convert_to('AddOn:' || a.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='), 'code', a.code, 'name', a.name,
            'quantity', a.quantity, 'status', a.status
        ) ORDER BY a.code, a.id), '[]')
        FROM add_on a WHERE a.partner_id = $1 AND a.subscription_id = s.id
    ),
    'numbers', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', json_build_object(
            'id', rtrim(translate(encode(convert_to('PhoneNumber:' || n.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='), 'e164', n.e164, 'skuCode', n.sku_code
        ))), '[]')
        FROM (
            SELECT id, e164, sku_code FROM phone_number
            WHERE partner_id = $1 AND subscription_id = s.id ORDER BY e164, id LIMIT 10
        ) n
    )),
    'history', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', json_build_object(
            'id', rtrim(translate(encode(convert_to('HistoryRecord:' || h.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='), 'action', h.action, 'actor', h.actor, 'summary', h.summary,
            'lines', (
                SELECT coalesce(json_agg(json_build_object('kind', l.kind, 'quantity', l.quantity)
                    ORDER BY l.position, l.id), '[]')
                FROM charge_line l WHERE l.partner_id = $1 AND l.record_id = h.id
            )
        ))), '[]')
        FROM (
            SELECT id, action, actor, summary FROM history
            WHERE partner_id = $1 AND subscription_id = s.id ORDER BY version DESC, id DESC LIMIT 5
        ) h
    ))
)
