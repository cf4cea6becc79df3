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

export const hasTabs = () => localStorage.getItem(`${PREFIX}tabState`) !== null

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
