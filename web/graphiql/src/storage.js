// What GraphiQL keeps in the browser, without the headers that its history would keep: they hold tokens.

const PREFIX = 'graphiql:'
const HISTORY = { [`${PREFIX}queries`]: 'queries', [`${PREFIX}favorites`]: 'favorites' }
const VERSION = 'tenure:tabs'
const OURS = /^graphiql:(tabState|query|variables|headers|queries|favorites)$/

/** Forgets tabs and history that belong to other tabs than these: their ids may lead nowhere by now. */
export function forgetOthers(version) {
  if (localStorage.getItem(VERSION) === version) return
  Object.keys(localStorage)
    .filter((key) => OURS.test(key))
    .forEach((key) => localStorage.removeItem(key))
  localStorage.setItem(VERSION, version)
}

/** Whether there are tabs from before. If so, the one that was open last opens with all that stands in it. */
export function recallsTabs() {
  const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem(`${PREFIX}tabState`)) ?? {}
  const open = tabs?.[activeTabIndex]
  if (!open) return false
  // GraphiQL itself would remember these two only if they were changed.
  localStorage.setItem(`${PREFIX}query`, open.query ?? '')
  localStorage.setItem(`${PREFIX}variables`, open.variables ?? '')
  return true
}

/** A storage for GraphiQL; what it reads of its history comes with these headers. */
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

/** The value with each item of the history made anew; any other value as it is. */
function each(key, value, change) {
  const name = HISTORY[key]
  return name && value ? JSON.stringify({ [name]: JSON.parse(value)[name].map(change) }) : value
}
