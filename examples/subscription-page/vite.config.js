import { defineConfig } from 'vite'

// The page asks its own origin, and this hands on to the API: TENURE_URL, or what `make run` serves. Browsers
// send the page's origin along; as the `Host` stays the page's too, it is to the API a page of its own.
const proxy = { '/graphql': { target: process.env.TENURE_URL ?? 'http://127.0.0.1:8000', ws: true } }

export default defineConfig({ server: { proxy, cors: false }, preview: { proxy, cors: false } })
