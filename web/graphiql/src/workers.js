// The URLs of the editor's workers. build.mjs defines WORKERS, the names of their files.

globalThis.MonacoEnvironment = {
  getWorker: (_, label) => new Worker(`graphiql/assets/${WORKERS[label] ?? WORKERS.editor}`)
}
