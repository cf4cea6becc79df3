SELECT json_build_object('subscription', {subscription})
FROM subscription s WHERE s.partner_id = $1 AND s.reference = $2
