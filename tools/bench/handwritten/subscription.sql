json_build_object(
    'id', rtrim(translate(encode(convert_to('CustomerSubscription:' || s.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
    'reference', s.reference, 'status', s.status, 'quantity', s.quantity, 'autoRenewal', s.auto_renewal,
    'purchasedOn', s.purchased_on, 'version', s.version,
    'term', json_build_object('number', s.term_number, 'startsOn', s.term_starts_on, 'endsOn', s.term_ends_before - 1),
    'plan', (
        SELECT json_build_object(
            'id', rtrim(translate(encode(convert_to('Plan:' || p.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
            'code', p.code, 'name', p.name
        )
        FROM plan p WHERE p.partner_id = $1 AND p.id = s.plan_id
    ),
    'addOns', (
        SELECT coalesce(json_agg(json_build_object(
            'id', rtrim(translate(encode(convert_to('AddOn:' || a.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
            'code', a.code, 'name', a.name, 'quantity', a.quantity, 'status', a.status
        ) ORDER BY a.code, a.id), '[]')
        FROM add_on a WHERE a.partner_id = $1 AND a.subscription_id = s.id
    ),
    'numbers', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', json_build_object(
            'id', rtrim(translate(encode(convert_to('PhoneNumber:' || n.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
            'e164', n.e164, 'skuCode', n.sku_code
        ))), '[]')
        FROM (
            SELECT id, e164, sku_code FROM phone_number
            WHERE partner_id = $1 AND subscription_id = s.id ORDER BY e164, id LIMIT 10
        ) n
    )),
    'assignees', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', json_build_object(
            'id', rtrim(translate(encode(convert_to('Member:' || m.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
            'name', m.name, 'email', m.email
        ))), '[]')
        FROM (
            SELECT m.id, m.name, m.email
            FROM assignee a JOIN member m ON m.partner_id = $1 AND m.id = a.member_id
            WHERE a.partner_id = $1 AND a.subscription_id = s.id ORDER BY m.name, m.id LIMIT 10
        ) m
    )),
    'history', json_build_object('edges', (
        SELECT coalesce(json_agg(json_build_object('node', json_build_object(
            'id', rtrim(translate(encode(convert_to('HistoryRecord:' || h.id, 'UTF8'), 'base64'), E'+/\n', '-_'), '='),
            'action', h.action, 'actor', h.actor, 'effectiveOn', h.effective_on, 'summary', h.summary,
            'lines', (
                SELECT coalesce(json_agg(json_build_object(
                    'kind', l.kind, 'quantity', l.quantity,
                    'periodStartsOn', l.starts_on, 'periodEndsOn', l.ends_before - 1,
                    'price', json_build_object('amount', to_char(l.price / 100.0, 'FM999999999990.00'))
                ) ORDER BY l.position, l.id), '[]')
                FROM charge_line l WHERE l.partner_id = $1 AND l.record_id = h.id
            )
        ))), '[]')
        FROM (
            SELECT id, action, actor, effective_on, summary FROM history
            WHERE partner_id = $1 AND subscription_id = s.id ORDER BY version DESC, id DESC LIMIT 2
        ) h
    ))
)
