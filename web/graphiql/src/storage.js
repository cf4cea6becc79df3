// GraphiQL's storage in the browser, without the headers in its history: they contain tokens.

const PREFIX = 'graphiql:'
const HISTORY = { [`${PREFIX}queries`]: 'queries', [`${PREFIX}favorites`]: 'favorites' }
const VERSION = 'tenure:tabs'
const OURS = /^graphiql:(tabState|query|variables|headers|queries|favorites)$/

/** Deletes stored tabs and history of another version of the tabs: their ids may no longer exist. */
export function forgetOthers(version) {
  if (localStorage.getItem(VERSION) === version) return
  Object.keys(localStorage)
    .filter((key) => OURS.test(key))
    .forEach((key) => localStorage.removeItem(key))
  localStorage.setItem(VERSION, version)
}

/** Whether tabs are stored. If so, the active tab opens with its query and variables. */
export function recallsTabs() {
  const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(`${PREFIX}tabState`)) ?? {}
  const open = tabs?.[activeTabIndex]
  if (!open) return false
  // GraphiQL itself stores these two only if they were changed.
  localStorage.setItem(`${PREFIX}query`, open.query ?? '')
  localStorage.setItem(`${PREFIX}variables`, open.variables ?? '')
  return true
}

/** A storage for GraphiQL. History items are read with these headers. */
export const storage = (headers) => ({
  getItem: (key) => each(key, localStorage.getItem(key), (item) => ({ ...item, headers })),
  setItem: (key, value) =>
    localStorage.setItem(key, each(key, value, ({ headers: _, ...item }) => item)),
  removeItem: (key) => localStorage.removeItem(key),
  clear: () =>
    Object.keys(localStorage)
      .filter((key) => key.startsWith(PREFIX))
      .forEach((key) => localStorage.removeItem(key)),
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).length
  }
})

/** A value of the history with each item changed; any other value unchanged. */
function each(key, value, change) {
  const name = HISTORY[key]
  return name && value ? JSON.stringify({ [name]: JSON.parse(value)[name].map(change) }) : value
}
