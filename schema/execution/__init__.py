"""How an operation runs: it is admitted, answered by a plan or by graphql-core, and presented."""
