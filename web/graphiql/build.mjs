// Bundles the page into dist/: files named by their content, and manifest.json, which says which the page loads.
// Node.js 20 or newer; after `npm ci`.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const dist = join(here, 'dist')
const assets = join(dist, 'assets')

const usual = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: 'es2022',
  metafile: true,
  outdir: assets,
  entryNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  loader: { '.ttf': 'file', '.woff2': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
  legalComments: 'linked',
  logLevel: 'warning'
}

// Each editor's worker is one script: it may load nothing more.
const WORKERS = {
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js'
}

/** The names of the script and the style sheet that one entry point is made into. */
async function bundled(name, path, options) {
  const { metafile } = await build({ ...usual, ...options, entryPoints: { [name]: path } })
  const [[script, { cssBundle }]] = Object.entries(metafile.outputs).filter(([, made]) => made.entryPoint)
  return { script: basename(script), style: cssBundle && basename(cssBundle) }
}

await rm(dist, { recursive: true, force: true })
await mkdir(assets, { recursive: true })

const workers = {}
for (const [name, path] of Object.entries(WORKERS)) {
  const { script } = await bundled(name, path, { format: 'iife' })
  workers[name] = script
}

const page = await bundled('page', 'src/page.jsx', {
  format: 'esm',
  jsx: 'automatic',
  define: { ...usual.define, WORKERS: JSON.stringify(workers) }
})
await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(page)}
`)
