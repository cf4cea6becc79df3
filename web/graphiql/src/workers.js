// Tells the editor where its workers are. WORKERS holds the names of their files: see build.mjs.

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`graphiql/assets/${WORKERS[label] ?? WORKERS.editor}`)
}
