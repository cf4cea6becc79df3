// Mercurius with graphql-jit: the part of our schema that is asked for, each edge one batched loader.
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";

pg.types.setTypeParser(1082, (text) => text); // dates as they come
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10, idleTimeoutMillis: 0 });
const partner = process.env.PARTNER_ID;

const schema = `
  type Query {
    customers(first: Int!): CustomerConnection!
    subscriptions(first: Int!): SubscriptionConnection!
    subscription(by: SubscriptionKey!): CustomerSubscription
  }
  input SubscriptionKey { reference: String! }
  type CustomerConnection { edges: [CustomerEdge!]! }
  type CustomerEdge { node: Customer! }
  type Customer { id: ID! orgUuid: ID! name: String! timeZone: String! subscriptions(first: Int!): SubscriptionConnection! }
  type SubscriptionConnection { edges: [SubscriptionEdge!]! }
  type SubscriptionEdge { node: CustomerSubscription! }
  type CustomerSubscription {
    id: ID! reference: String! status: String! quantity: Int! autoRenewal: Boolean! purchasedOn: String! version: Int!
    term: Term! customer: Customer! plan: Plan! addOns: [AddOn!]!
    numbers(first: Int!): NumberConnection! assignees(first: Int!): MemberConnection! history(first: Int!): HistoryConnection!
  }
  type Term { number: Int! startsOn: String! endsOn: String! }
  type Plan { id: ID! code: String! name: String! }
  type AddOn { id: ID! code: String! name: String! quantity: Int! status: String! }
  type NumberConnection { edges: [NumberEdge!]! }
  type NumberEdge { node: PhoneNumber! }
  type PhoneNumber { id: ID! e164: String! skuCode: String! }
  type MemberConnection { edges: [MemberEdge!]! }
  type MemberEdge { node: Member! }
  type Member { id: ID! name: String! email: String! }
  type HistoryConnection { edges: [HistoryEdge!]! }
  type HistoryEdge { node: HistoryRecord! }
  type HistoryRecord { id: ID! action: String! actor: String! effectiveOn: String! summary: String! lines: [ChargeLine!]! }
  type ChargeLine { kind: String! quantity: Int! periodStartsOn: String! periodEndsOn: String! price: Money! }
  type Money { amount: String! }
`;

// Statements are named, so that each connection prepares them once.
const rows = async (name, text, ...values) => (await pool.query({ name, text, values: [partner, ...values] })).rows;
const page = (found) => ({ edges: found.map((node) => ({ node })) });
const globalId = (type) => (row) => Buffer.from(`${type}:${row.key}`).toString("base64url");
const amount = (minor) => {
  const digits = String(Math.abs(Number(minor))).padStart(3, "0");
  return `${Number(minor) < 0 ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
};

const SUBSCRIPTION = `s.id AS key, s.reference, s.status, s.quantity, s.auto_renewal AS "autoRenewal",
  s.purchased_on AS "purchasedOn", s.version, s.customer_id, s.plan_id, s.term_number,
  s.term_starts_on, s.term_ends_before - 1 AS term_ends_on`;

const collected = (found) => {
  const groups = new Map();
  for (const row of found) groups.has(row.parent) ? groups.get(row.parent).push(row) : groups.set(row.parent, [row]);
  return groups;
};
// Each parent's own page, by a lateral join; `own` selects a parent's rows by k.id, $3 cuts them.
const below = (name, own) => {
  const text = `SELECT k.id AS parent, x.* FROM unnest($2::uuid[]) AS k (id) CROSS JOIN LATERAL (${own}) AS x`;
  return async (queries) => {
    const keys = queries.map(({ obj }) => obj.key);
    const limits = text.includes("$3") ? [queries[0].params.first] : [];
    const found = collected(await rows(name, text, keys, ...limits));
    return keys.map((key) => found.get(key) ?? []);
  };
};
const paged = (name, own) => {
  const load = below(name, own);
  return async (queries) => (await load(queries)).map(page);
};
const byKey = (name, column, text) => async (queries) => {
  const keys = [...new Set(queries.map(({ obj }) => obj[column]))];
  const found = new Map((await rows(name, text, keys)).map((row) => [row.key, row]));
  return queries.map(({ obj }) => found.get(obj[column]));
};

const resolvers = {
  Query: {
    customers: async (_, { first }) =>
      page(await rows("customers", `SELECT id AS key, org_uuid AS "orgUuid", name, time_zone AS "timeZone"
        FROM customer WHERE partner_id = $1 ORDER BY name, id LIMIT $2`, first)),
    subscriptions: async (_, { first }) =>
      page(await rows("subscriptions", `SELECT ${SUBSCRIPTION} FROM subscription s WHERE s.partner_id = $1
        ORDER BY s.reference, s.id LIMIT $2`, first)),
    subscription: async (_, { by }) =>
      (await rows("subscription", `SELECT ${SUBSCRIPTION} FROM subscription s
        WHERE s.partner_id = $1 AND s.reference = $2`, by.reference))[0],
  },
  Customer: { id: globalId("Customer") },
  CustomerSubscription: {
    id: globalId("CustomerSubscription"),
    term: (row) => ({ number: row.term_number, startsOn: row.term_starts_on, endsOn: row.term_ends_on }),
  },
  Plan: { id: globalId("Plan") },
  AddOn: { id: globalId("AddOn") },
  PhoneNumber: { id: globalId("PhoneNumber") },
  Member: { id: globalId("Member") },
  HistoryRecord: { id: globalId("HistoryRecord") },
  ChargeLine: { price: (row) => ({ amount: amount(row.price) }) },
};

const loaders = {
  Customer: {
    subscriptions: paged("customer_subscriptions", `SELECT ${SUBSCRIPTION} FROM subscription s
      WHERE s.partner_id = $1 AND s.customer_id = k.id ORDER BY s.reference, s.id LIMIT $3`),
  },
  CustomerSubscription: {
    customer: byKey("customer", "customer_id",
      "SELECT id AS key, name FROM customer WHERE partner_id = $1 AND id = ANY ($2::uuid[])"),
    plan: byKey("plan", "plan_id", "SELECT id AS key, code, name FROM plan WHERE partner_id = $1 AND id = ANY ($2::uuid[])"),
    addOns: below("add_ons", `SELECT id AS key, code, name, quantity, status FROM add_on
      WHERE partner_id = $1 AND subscription_id = k.id ORDER BY code, id`),
    numbers: paged("numbers", `SELECT id AS key, e164, sku_code AS "skuCode" FROM phone_number
      WHERE partner_id = $1 AND subscription_id = k.id ORDER BY e164, id LIMIT $3`),
    assignees: paged("assignees", `SELECT m.id AS key, m.name, m.email FROM assignee a
      JOIN member m ON m.partner_id = a.partner_id AND m.id = a.member_id
      WHERE a.partner_id = $1 AND a.subscription_id = k.id ORDER BY m.name, m.id LIMIT $3`),
    history: paged("history", `SELECT id AS key, action, actor, effective_on AS "effectiveOn", summary FROM history
      WHERE partner_id = $1 AND subscription_id = k.id ORDER BY version DESC, id DESC LIMIT $3`),
  },
  HistoryRecord: {
    lines: below("lines", `SELECT kind, quantity, starts_on AS "periodStartsOn", ends_before - 1 AS "periodEndsOn", price
      FROM charge_line WHERE partner_id = $1 AND record_id = k.id ORDER BY position, id`),
  },
};

const app = Fastify({ logger: false, keepAliveTimeout: 600_000 });
app.register(mercurius, { schema, resolvers, loaders, jit: 1, cache: true });
await app.listen({ port: Number(process.env.PORT), host: "127.0.0.1" });
