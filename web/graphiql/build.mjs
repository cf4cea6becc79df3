// Bundles the page into dist/: files named by their content, and manifest.json with those that the page loads.
// Needs Node.js 20 or newer; run `npm ci` first.

import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build } from 'esbuild'

const here = import.meta.dirname
const dist = join(here, 'dist')
const assets = join(dist, 'assets')

const shared = {
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

// Each worker of the editor is one script that loads nothing else.
const WORKERS = {
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js'
}

/** The names of the script and the style sheet of an entry point. */
async function bundled(name, path, options) {
  const { metafile } = await build({ ...shared, ...options, entryPoints: { [name]: path } })
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
  define: { ...shared.define, WORKERS: JSON.stringify(workers) }
})
await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(page)}
`)
