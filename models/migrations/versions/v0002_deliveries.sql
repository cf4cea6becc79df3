CREATE TABLE delivery (
    partner_id UUID NOT NULL,
    event_id UUID NOT NULL,
    endpoint_id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    version INTEGER NOT NULL,
    position SMALLINT NOT NULL,
    status VARCHAR(30) NOT NULL,
    attempts INTEGER NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    lease TEXT,
    delivered_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT delivery_pk PRIMARY KEY (partner_id, event_id, endpoint_id),
    CONSTRAINT delivery_status_ck CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED'))
);

ALTER TABLE outbox ADD COLUMN dispatched BOOLEAN DEFAULT false NOT NULL;

-- The rows of all partners are carried over, so for this transaction the owner sees them all.
ALTER TABLE partner NO FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox NO FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoint NO FORCE ROW LEVEL SECURITY;

-- To whom it was delivered; and, once it was tried, to whom it still has to be.
INSERT INTO delivery (partner_id, event_id, endpoint_id, subscription_id, version, position,
                      status, attempts, next_at, delivered_at, last_error)
SELECT o.partner_id, o.id, e.id, o.subscription_id, o.version, o.position,
       CASE WHEN d.told THEN 'DELIVERED' ELSE o.status END,
       o.attempts,
       CASE WHEN d.told THEN NULL ELSE o.next_at END,
       CASE WHEN d.told THEN coalesce(o.delivered_at, now()) END,
       CASE WHEN d.told THEN NULL ELSE o.last_error END
FROM outbox o
JOIN webhook_endpoint e ON e.partner_id = o.partner_id
CROSS JOIN LATERAL (SELECT o.delivered_to ? e.id::text AS told) d
WHERE d.told
   OR (o.status = 'FAILED' OR (o.status = 'PENDING' AND o.attempts > 0))
      AND e.status = 'ENABLED' AND (e.kinds IS NULL OR e.kinds ? o.kind);

-- An event that nobody was tried with is dispatched like a new one.
UPDATE outbox o SET dispatched = o.status <> 'PENDING' OR EXISTS (
    SELECT FROM delivery d
    WHERE d.partner_id = o.partner_id AND d.event_id = o.id AND d.status = 'PENDING');

ALTER TABLE delivery ADD CONSTRAINT delivery_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE delivery ADD CONSTRAINT delivery_partner_id_event_id_fk
    FOREIGN KEY(partner_id, event_id) REFERENCES outbox (partner_id, id);
ALTER TABLE delivery ADD CONSTRAINT delivery_partner_id_endpoint_id_fk
    FOREIGN KEY(partner_id, endpoint_id) REFERENCES webhook_endpoint (partner_id, id);

ALTER TABLE partner FORCE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
ALTER TABLE webhook_endpoint FORCE ROW LEVEL SECURITY;

ALTER TABLE outbox DROP COLUMN next_at, DROP COLUMN lease, DROP COLUMN delivered_to;

CREATE INDEX outbox_undispatched
    ON outbox (partner_id, subscription_id) WHERE NOT dispatched;
CREATE INDEX delivery_pending
    ON delivery (partner_id, endpoint_id, subscription_id, version, position) WHERE status = 'PENDING';

ALTER TABLE delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY own_partner ON delivery TO tenure_app, tenure_owner
    USING (partner_id = NULLIF(current_setting('app.partner_id', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON delivery TO tenure_app;

-- A worker may learn which endpoints have something due.
GRANT SELECT (dispatched) ON outbox TO tenure_worker;
CREATE POLICY worker_lists ON delivery FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (partner_id, endpoint_id, status, next_at) ON delivery TO tenure_worker;
