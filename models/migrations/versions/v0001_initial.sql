-- The tables come first and the foreign keys after, so that Citus can distribute the tables in between.

CREATE TABLE add_on (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    status VARCHAR(30) NOT NULL,
    ends_before DATE,
    CONSTRAINT add_on_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT add_on_quantity_ck CHECK (quantity >= 0),
    CONSTRAINT add_on_status_ck CHECK (status IN ('ACTIVE', 'PENDING_FOR_CANCEL', 'CANCELED'))
);

CREATE TABLE add_on_offer (
    partner_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT add_on_offer_pk PRIMARY KEY (partner_id, plan_id, code)
);

CREATE TABLE add_on_price (
    partner_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    code TEXT NOT NULL,
    cycle VARCHAR(30) NOT NULL,
    price BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    CONSTRAINT add_on_price_pk PRIMARY KEY (partner_id, plan_id, code, cycle),
    CONSTRAINT add_on_price_not_negative_ck CHECK (price >= 0 AND cost >= 0),
    CONSTRAINT add_on_price_cycle_ck CHECK (cycle IN ('MONTHLY', 'YEARLY'))
);

CREATE TABLE add_on_record (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    add_on_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_on DATE NOT NULL,
    quantity_before INTEGER NOT NULL,
    quantity_after INTEGER NOT NULL,
    source VARCHAR(30) NOT NULL,
    reason TEXT,
    CONSTRAINT add_on_record_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT add_on_record_source_ck CHECK (source IN ('ORDER', 'CHANGE', 'SCHEDULE', 'TRANSFER'))
);

CREATE TABLE assignee (
    partner_id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    member_id UUID NOT NULL,
    CONSTRAINT assignee_pk PRIMARY KEY (partner_id, subscription_id, member_id)
);

CREATE TABLE charge_line (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    record_id UUID NOT NULL,
    invoice_id UUID NOT NULL,
    reverses_id UUID,
    term_number INTEGER NOT NULL,
    position SMALLINT NOT NULL,
    kind VARCHAR(30) NOT NULL,
    item_kind VARCHAR(30) NOT NULL,
    item_code TEXT NOT NULL,
    item_name TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_before DATE NOT NULL,
    anchor_day SMALLINT NOT NULL,
    quantity INTEGER NOT NULL,
    numerator INTEGER NOT NULL,
    denominator INTEGER NOT NULL,
    cycle_months INTEGER NOT NULL,
    unit_price BIGINT NOT NULL,
    price BIGINT NOT NULL,
    unit_cost BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    closed BOOLEAN NOT NULL,
    CONSTRAINT charge_line_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT charge_line_anchor_day_ck CHECK (anchor_day BETWEEN 1 AND 31),
    CONSTRAINT charge_line_denominator_ck CHECK (denominator > 0),
    CONSTRAINT charge_line_kind_ck CHECK (kind IN (
        'PURCHASE', 'RENEWAL', 'UPGRADE', 'CREDIT', 'ADD_ON', 'NUMBER', 'QUANTITY', 'EXTENSION', 'REFUND',
        'ADJUSTMENT'
    )),
    CONSTRAINT charge_line_item_kind_ck CHECK (item_kind IN ('PLAN', 'ADD_ON', 'NUMBER'))
);

CREATE TABLE contract (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    reference TEXT NOT NULL,
    title TEXT NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    status VARCHAR(30) NOT NULL,
    CONSTRAINT contract_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT contract_partner_id_reference_uq UNIQUE (partner_id, reference),
    CONSTRAINT contract_ends_on_ck CHECK (ends_on >= starts_on),
    CONSTRAINT contract_status_ck CHECK (status IN ('DRAFT', 'ACTIVE', 'ENDED'))
);

CREATE TABLE counter (
    partner_id UUID NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    CONSTRAINT counter_pk PRIMARY KEY (partner_id, name)
);

CREATE TABLE customer (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    org_uuid UUID NOT NULL,
    name TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    bill_on_order_day BOOLEAN NOT NULL,
    billing_day SMALLINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    proration_unit VARCHAR(30),
    upgrade_basis VARCHAR(30),
    allow_refund BOOLEAN,
    refund_window_days INTEGER,
    cancellation_adjustment VARCHAR(30),
    CONSTRAINT customer_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT customer_billing_day_ck CHECK (billing_day BETWEEN 1 AND 31),
    CONSTRAINT customer_refund_window_days_ck CHECK (refund_window_days >= 0),
    CONSTRAINT customer_partner_id_org_uuid_uq UNIQUE (partner_id, org_uuid),
    CONSTRAINT customer_proration_unit_ck CHECK (proration_unit IN (
        'CALENDAR_MONTH', 'ANNIVERSARY_MONTH', 'DAY'
    )),
    CONSTRAINT customer_upgrade_basis_ck CHECK (upgrade_basis IN ('TARGET_PLAN', 'DIFFERENCE')),
    CONSTRAINT customer_cancellation_adjustment_ck CHECK (cancellation_adjustment IN ('DAILY', 'NONE'))
);

CREATE TABLE history (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    version INTEGER NOT NULL,
    action VARCHAR(30) NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    effective_on DATE NOT NULL,
    actor TEXT NOT NULL,
    reason TEXT,
    summary TEXT NOT NULL,
    changes JSONB NOT NULL,
    CONSTRAINT history_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT history_partner_id_subscription_id_version_uq UNIQUE (partner_id, subscription_id, version),
    CONSTRAINT history_action_ck CHECK (action IN (
        'CREATE', 'CHANGE_OWNERSHIP', 'ASSIGN_MEMBERS', 'UNASSIGN_MEMBERS', 'LINK_CONTRACT',
        'UNLINK_CONTRACT', 'CHANGE_PLAN', 'CHANGE_ADD_ONS', 'CANCEL_ADD_ON', 'CHANGE_NUMBERS',
        'CHANGE_QUANTITY', 'CHANGE_BILLING_MODEL', 'SET_AUTO_RENEWAL', 'EXTEND', 'CANCEL', 'TERMINATE',
        'REVOKE_SCHEDULED_CHANGE', 'UPDATE_SETTINGS', 'RENEW', 'EXPIRE', 'CONVERT_TRIAL'
    ))
);

CREATE TABLE idempotency (
    partner_id UUID NOT NULL,
    scope TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    outcome JSONB,
    document TEXT,
    words JSONB,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT idempotency_pk PRIMARY KEY (partner_id, scope, key)
);

CREATE TABLE invoice (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    number TEXT,
    status VARCHAR(30) NOT NULL,
    issued_on DATE,
    due_to_issue_on DATE,
    price BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT invoice_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT invoice_partner_id_number_uq UNIQUE (partner_id, number),
    CONSTRAINT invoice_issued_ck CHECK ((status = 'ISSUED') = (number IS NOT NULL AND issued_on IS NOT NULL)),
    CONSTRAINT invoice_status_ck CHECK (status IN ('PENDING', 'ISSUED'))
);

CREATE TABLE member (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    CONSTRAINT member_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT member_partner_id_customer_id_email_uq UNIQUE (partner_id, customer_id, email)
);

CREATE TABLE outbox (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    customer_id UUID NOT NULL,
    version INTEGER NOT NULL,
    position SMALLINT NOT NULL,
    kind TEXT NOT NULL,
    payload JSONB NOT NULL,
    status VARCHAR(30) NOT NULL,
    attempts INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE,
    lease TEXT,
    delivered_to JSONB DEFAULT '[]' NOT NULL,
    delivered_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT outbox_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT outbox_partner_id_subscription_id_version_position_uq UNIQUE (partner_id, subscription_id, version, position),
    CONSTRAINT outbox_status_ck CHECK (status IN ('PENDING', 'DELIVERED', 'FAILED'))
);

CREATE TABLE partner (
    id UUID NOT NULL,
    name TEXT NOT NULL,
    currency TEXT NOT NULL,
    clock TIMESTAMP WITH TIME ZONE,
    quote_secret BYTEA NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    proration_unit VARCHAR(30) NOT NULL,
    upgrade_basis VARCHAR(30) NOT NULL,
    allow_refund BOOLEAN NOT NULL,
    refund_window_days INTEGER NOT NULL,
    cancellation_adjustment VARCHAR(30) NOT NULL,
    CONSTRAINT partner_pk PRIMARY KEY (id),
    CONSTRAINT partner_refund_window_days_ck CHECK (refund_window_days >= 0),
    CONSTRAINT partner_proration_unit_ck CHECK (proration_unit IN (
        'CALENDAR_MONTH', 'ANNIVERSARY_MONTH', 'DAY'
    )),
    CONSTRAINT partner_upgrade_basis_ck CHECK (upgrade_basis IN ('TARGET_PLAN', 'DIFFERENCE')),
    CONSTRAINT partner_cancellation_adjustment_ck CHECK (cancellation_adjustment IN ('DAILY', 'NONE'))
);

CREATE TABLE phone_number (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    e164 TEXT NOT NULL,
    sku_code TEXT NOT NULL,
    subscription_id UUID,
    CONSTRAINT phone_number_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT phone_number_partner_id_e164_uq UNIQUE (partner_id, e164)
);

CREATE TABLE plan (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    product_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    rank INTEGER NOT NULL,
    default_settings JSONB NOT NULL,
    CONSTRAINT plan_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT plan_partner_id_code_uq UNIQUE (partner_id, code)
);

CREATE TABLE plan_price (
    partner_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    cycle VARCHAR(30) NOT NULL,
    price BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    CONSTRAINT plan_price_pk PRIMARY KEY (partner_id, plan_id, cycle),
    CONSTRAINT plan_price_not_negative_ck CHECK (price >= 0 AND cost >= 0),
    CONSTRAINT plan_price_cycle_ck CHECK (cycle IN ('MONTHLY', 'YEARLY'))
);

CREATE TABLE product (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT product_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT product_partner_id_code_uq UNIQUE (partner_id, code)
);

CREATE TABLE scheduled_change (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    add_on_id UUID,
    action VARCHAR(30) NOT NULL,
    effective_on DATE NOT NULL,
    status VARCHAR(30) NOT NULL,
    summary TEXT NOT NULL,
    reason TEXT,
    quantity INTEGER,
    cycle VARCHAR(30),
    multiplier INTEGER,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT scheduled_change_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT scheduled_change_action_ck CHECK (action IN (
        'CREATE', 'CHANGE_OWNERSHIP', 'ASSIGN_MEMBERS', 'UNASSIGN_MEMBERS', 'LINK_CONTRACT',
        'UNLINK_CONTRACT', 'CHANGE_PLAN', 'CHANGE_ADD_ONS', 'CANCEL_ADD_ON', 'CHANGE_NUMBERS',
        'CHANGE_QUANTITY', 'CHANGE_BILLING_MODEL', 'SET_AUTO_RENEWAL', 'EXTEND', 'CANCEL', 'TERMINATE',
        'REVOKE_SCHEDULED_CHANGE', 'UPDATE_SETTINGS', 'RENEW', 'EXPIRE', 'CONVERT_TRIAL'
    )),
    CONSTRAINT scheduled_change_status_ck CHECK (status IN ('PENDING', 'APPLIED', 'REVOKED')),
    CONSTRAINT scheduled_change_cycle_ck CHECK (cycle IN ('MONTHLY', 'YEARLY'))
);

CREATE TABLE sku (
    partner_id UUID NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    CONSTRAINT sku_pk PRIMARY KEY (partner_id, code)
);

CREATE TABLE sku_price (
    partner_id UUID NOT NULL,
    sku_code TEXT NOT NULL,
    cycle VARCHAR(30) NOT NULL,
    price BIGINT NOT NULL,
    cost BIGINT NOT NULL,
    CONSTRAINT sku_price_pk PRIMARY KEY (partner_id, sku_code, cycle),
    CONSTRAINT sku_price_not_negative_ck CHECK (price >= 0 AND cost >= 0),
    CONSTRAINT sku_price_cycle_ck CHECK (cycle IN ('MONTHLY', 'YEARLY'))
);

CREATE TABLE subscription (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    customer_id UUID NOT NULL,
    plan_id UUID NOT NULL,
    contract_id UUID,
    reference TEXT NOT NULL,
    status VARCHAR(30) NOT NULL,
    quantity INTEGER NOT NULL,
    cycle VARCHAR(30) NOT NULL,
    multiplier INTEGER NOT NULL,
    auto_renewal BOOLEAN NOT NULL,
    purchased_on DATE NOT NULL,
    anchor_day SMALLINT NOT NULL,
    term_number INTEGER NOT NULL,
    term_starts_on DATE NOT NULL,
    term_ends_before DATE NOT NULL,
    term_anchor_day INTEGER NOT NULL,
    trial_ends_before DATE,
    ended_on DATE,
    settings JSONB NOT NULL,
    version INTEGER NOT NULL,
    due_at TIMESTAMP WITH TIME ZONE,
    due_error TEXT,
    due_retry_at TIMESTAMP WITH TIME ZONE,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT subscription_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT subscription_anchor_day_ck CHECK (anchor_day BETWEEN 1 AND 31),
    CONSTRAINT subscription_partner_id_reference_uq UNIQUE (partner_id, reference),
    CONSTRAINT subscription_quantity_ck CHECK (quantity >= 1),
    CONSTRAINT subscription_multiplier_ck CHECK (multiplier >= 1),
    CONSTRAINT subscription_term_ck CHECK (term_ends_before > term_starts_on),
    CONSTRAINT subscription_status_ck CHECK (status IN (
        'TRIAL', 'ACTIVE', 'PENDING_FOR_CANCEL', 'CANCELED', 'EXPIRED', 'TERMINATED'
    )),
    CONSTRAINT subscription_cycle_ck CHECK (cycle IN ('MONTHLY', 'YEARLY'))
);

CREATE TABLE term (
    partner_id UUID NOT NULL,
    subscription_id UUID NOT NULL,
    number INTEGER NOT NULL,
    starts_on DATE NOT NULL,
    ends_before DATE NOT NULL,
    anchor_day SMALLINT NOT NULL,
    CONSTRAINT term_pk PRIMARY KEY (partner_id, subscription_id, number),
    CONSTRAINT term_anchor_day_ck CHECK (anchor_day BETWEEN 1 AND 31),
    CONSTRAINT term_days_ck CHECK (ends_before > starts_on)
);

CREATE TABLE webhook_endpoint (
    partner_id UUID NOT NULL,
    id UUID NOT NULL,
    url TEXT NOT NULL,
    kinds JSONB,
    secret TEXT NOT NULL,
    previous_secret TEXT,
    previous_until TIMESTAMP WITH TIME ZONE,
    status VARCHAR(30) NOT NULL,
    disabled_reason TEXT,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT webhook_endpoint_pk PRIMARY KEY (partner_id, id),
    CONSTRAINT webhook_endpoint_status_ck CHECK (status IN ('ENABLED', 'DISABLED'))
);

ALTER TABLE add_on ADD CONSTRAINT add_on_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE add_on ADD CONSTRAINT add_on_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE add_on_offer ADD CONSTRAINT add_on_offer_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE add_on_offer ADD CONSTRAINT add_on_offer_partner_id_plan_id_fk
    FOREIGN KEY(partner_id, plan_id) REFERENCES plan (partner_id, id);
ALTER TABLE add_on_price ADD CONSTRAINT add_on_price_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE add_on_price ADD CONSTRAINT add_on_price_partner_id_plan_id_code_fk
    FOREIGN KEY(partner_id, plan_id, code) REFERENCES add_on_offer (partner_id, plan_id, code);
ALTER TABLE add_on_record ADD CONSTRAINT add_on_record_partner_id_add_on_id_fk
    FOREIGN KEY(partner_id, add_on_id) REFERENCES add_on (partner_id, id);
ALTER TABLE add_on_record ADD CONSTRAINT add_on_record_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE add_on_record ADD CONSTRAINT add_on_record_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE assignee ADD CONSTRAINT assignee_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE assignee ADD CONSTRAINT assignee_partner_id_member_id_fk
    FOREIGN KEY(partner_id, member_id) REFERENCES member (partner_id, id);
ALTER TABLE assignee ADD CONSTRAINT assignee_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE charge_line ADD CONSTRAINT charge_line_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE charge_line ADD CONSTRAINT charge_line_partner_id_invoice_id_fk
    FOREIGN KEY(partner_id, invoice_id) REFERENCES invoice (partner_id, id);
ALTER TABLE charge_line ADD CONSTRAINT charge_line_partner_id_record_id_fk
    FOREIGN KEY(partner_id, record_id) REFERENCES history (partner_id, id);
ALTER TABLE charge_line ADD CONSTRAINT charge_line_partner_id_reverses_id_fk
    FOREIGN KEY(partner_id, reverses_id) REFERENCES charge_line (partner_id, id);
ALTER TABLE charge_line ADD CONSTRAINT charge_line_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE contract ADD CONSTRAINT contract_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE contract ADD CONSTRAINT contract_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE counter ADD CONSTRAINT counter_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE customer ADD CONSTRAINT customer_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE history ADD CONSTRAINT history_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE history ADD CONSTRAINT history_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE history ADD CONSTRAINT history_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE idempotency ADD CONSTRAINT idempotency_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE invoice ADD CONSTRAINT invoice_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE invoice ADD CONSTRAINT invoice_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE member ADD CONSTRAINT member_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE member ADD CONSTRAINT member_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE outbox ADD CONSTRAINT outbox_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE outbox ADD CONSTRAINT outbox_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE outbox ADD CONSTRAINT outbox_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE phone_number ADD CONSTRAINT phone_number_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE phone_number ADD CONSTRAINT phone_number_partner_id_sku_code_fk
    FOREIGN KEY(partner_id, sku_code) REFERENCES sku (partner_id, code);
ALTER TABLE phone_number ADD CONSTRAINT phone_number_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE plan ADD CONSTRAINT plan_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE plan ADD CONSTRAINT plan_partner_id_product_id_fk
    FOREIGN KEY(partner_id, product_id) REFERENCES product (partner_id, id);
ALTER TABLE plan_price ADD CONSTRAINT plan_price_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE plan_price ADD CONSTRAINT plan_price_partner_id_plan_id_fk
    FOREIGN KEY(partner_id, plan_id) REFERENCES plan (partner_id, id);
ALTER TABLE product ADD CONSTRAINT product_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE scheduled_change ADD CONSTRAINT scheduled_change_partner_id_add_on_id_fk
    FOREIGN KEY(partner_id, add_on_id) REFERENCES add_on (partner_id, id);
ALTER TABLE scheduled_change ADD CONSTRAINT scheduled_change_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE scheduled_change ADD CONSTRAINT scheduled_change_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE sku ADD CONSTRAINT sku_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE sku_price ADD CONSTRAINT sku_price_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE sku_price ADD CONSTRAINT sku_price_partner_id_sku_code_fk
    FOREIGN KEY(partner_id, sku_code) REFERENCES sku (partner_id, code);
ALTER TABLE subscription ADD CONSTRAINT subscription_partner_id_contract_id_fk
    FOREIGN KEY(partner_id, contract_id) REFERENCES contract (partner_id, id);
ALTER TABLE subscription ADD CONSTRAINT subscription_partner_id_customer_id_fk
    FOREIGN KEY(partner_id, customer_id) REFERENCES customer (partner_id, id);
ALTER TABLE subscription ADD CONSTRAINT subscription_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE subscription ADD CONSTRAINT subscription_partner_id_plan_id_fk
    FOREIGN KEY(partner_id, plan_id) REFERENCES plan (partner_id, id);
ALTER TABLE term ADD CONSTRAINT term_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);
ALTER TABLE term ADD CONSTRAINT term_partner_id_subscription_id_fk
    FOREIGN KEY(partner_id, subscription_id) REFERENCES subscription (partner_id, id);
ALTER TABLE webhook_endpoint ADD CONSTRAINT webhook_endpoint_partner_id_fk
    FOREIGN KEY(partner_id) REFERENCES partner (id);

CREATE UNIQUE INDEX add_on_one_of_a_code
    ON add_on (partner_id, subscription_id, code) WHERE status <> 'CANCELED';
CREATE INDEX add_on_partner_id_subscription_id_code_id_ix
    ON add_on (partner_id, subscription_id, code, id);
CREATE INDEX add_on_record_partner_id_add_on_id_id_ix
    ON add_on_record (partner_id, add_on_id, id);
CREATE INDEX assignee_partner_id_member_id_ix
    ON assignee (partner_id, member_id);
CREATE INDEX charge_line_partner_id_invoice_id_id_ix
    ON charge_line (partner_id, invoice_id, id);
CREATE INDEX charge_line_partner_id_record_id_position_ix
    ON charge_line (partner_id, record_id, position);
CREATE INDEX charge_line_partner_id_subscription_id_term_number_ix
    ON charge_line (partner_id, subscription_id, term_number);
CREATE INDEX contract_partner_id_customer_id_id_ix
    ON contract (partner_id, customer_id, id);
CREATE INDEX customer_partner_id_name_id_ix
    ON customer (partner_id, name, id);
CREATE UNIQUE INDEX invoice_one_pending
    ON invoice (partner_id, customer_id) WHERE status = 'PENDING';
CREATE INDEX invoice_partner_id_customer_id_id_ix
    ON invoice (partner_id, customer_id, id);
CREATE INDEX member_partner_id_customer_id_name_id_ix
    ON member (partner_id, customer_id, name, id);
CREATE INDEX outbox_failed
    ON outbox (partner_id, subscription_id) WHERE status = 'FAILED';
CREATE INDEX outbox_partner_id_next_at_ix
    ON outbox (partner_id, next_at) WHERE status = 'PENDING';
CREATE INDEX phone_number_partner_id_subscription_id_e164_ix
    ON phone_number (partner_id, subscription_id, e164);
CREATE INDEX plan_partner_id_product_id_rank_ix
    ON plan (partner_id, product_id, rank);
CREATE UNIQUE INDEX scheduled_change_one_pending
    ON scheduled_change (partner_id, subscription_id, action, add_on_id) NULLS NOT DISTINCT WHERE status = 'PENDING';
CREATE INDEX scheduled_change_partner_id_subscription_id_id_ix
    ON scheduled_change (partner_id, subscription_id, id);
CREATE INDEX subscription_partner_id_customer_id_reference_ix
    ON subscription (partner_id, customer_id, reference);
CREATE INDEX subscription_partner_id_due_at_ix
    ON subscription (partner_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX subscription_partner_id_plan_id_ix
    ON subscription (partner_id, plan_id);
CREATE INDEX subscription_partner_id_term_ends_before_id_ix
    ON subscription (partner_id, term_ends_before, id);

-- A worker may learn which partners exist and which have something due, and nothing else.
CREATE POLICY worker_lists ON partner FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (id, clock) ON partner TO tenure_worker;
CREATE POLICY worker_lists ON subscription FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (partner_id, due_at, due_retry_at) ON subscription TO tenure_worker;
CREATE POLICY worker_lists ON invoice FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (partner_id, status, due_to_issue_on) ON invoice TO tenure_worker;
CREATE POLICY worker_lists ON outbox FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (partner_id, status, next_at) ON outbox TO tenure_worker;
CREATE POLICY worker_lists ON webhook_endpoint FOR SELECT TO tenure_worker USING (true);
GRANT SELECT (partner_id, status) ON webhook_endpoint TO tenure_worker;
