DROP INDEX CONCURRENTLY IF EXISTS idempotency_created_at;
CREATE INDEX CONCURRENTLY idempotency_created_at
    ON idempotency (partner_id, created_at);
