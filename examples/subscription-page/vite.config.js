import { defineConfig } from 'vite'

// The page calls its own origin, and Vite forwards to the API: TENURE_URL, or the server of `make run`. The
// browser sends the page's origin and `Host` stays the page's too, so the API sees a page of its own origin.
const proxy = { '/graphql': { target: process.env.TENURE_URL ?? 'http://127.0.0.1:8000', ws: true } }

export default defineConfig({ server: { proxy, cors: false }, preview: { proxy, cors: false } })
