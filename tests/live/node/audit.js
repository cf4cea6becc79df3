// Runs all audits of npm's graphql-http. Takes a JSON object: url, token. Prints one JSON object an audit.
import { auditServer } from "graphql-http";

const { url, token } = JSON.parse(process.argv[2]);
const fetchFn = (target, options = {}) =>
  fetch(target, { ...options, headers: { ...options.headers, authorization: `Bearer ${token}` } });

for (const { id, name, status, reason } of await auditServer({ url, fetchFn })) {
  console.log(JSON.stringify({ id, name, status, reason }));
}
