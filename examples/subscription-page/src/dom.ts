// Elements without a framework. Text is always text, never HTML.

type Child = Node | string | null | undefined | false
type Properties<K extends keyof HTMLElementTagNameMap> = Partial<Omit<HTMLElementTagNameMap[K], 'style'>> & {
  style?: string
  aria?: { [name: string]: string }
}

/** An element with these properties; `style` and `aria` are written as in HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  name: K,
  { style, aria, ...properties }: Properties<K> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name)
  Object.assign(element, properties)
  if (style) element.style.cssText = style
  for (const [key, value] of Object.entries(aria ?? {})) element.setAttribute(`aria-${key}`, value)
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false))
  return element
}

/** A table with right-aligned numbers. A column that is null or false is left out. */
export function table<T>(
  caption: string,
  rows: readonly T[],
  columns: readonly (Column<T> | null | false)[]
): HTMLElement {
  const shown = columns.filter((column) => !!column)
  const cell = (name: 'th' | 'td', { numeric, title }: Column<T>, content: Child) => {
    const made = h(name, { className: numeric ? 'numeric' : '' }, content)
    // On a narrow screen style.css shows it before the content.
    made.dataset.title = title
    return made
  }
  return h(
    'table',
    {},
    h('caption', {}, caption),
    h('thead', {}, h('tr', {}, ...shown.map((column) => cell('th', column, column.title)))),
    h(
      'tbody',
      {},
      ...rows.map((row) => h('tr', {}, ...shown.map((column) => cell('td', column, column.of(row)))))
    )
  )
}

interface Column<T> {
  title: string
  of: (row: T) => Child
  numeric?: boolean
}

/** Names with their values. A null value is left out. */
export const facts = (pairs: readonly [string, Child][]) =>
  h(
    'dl',
    {},
    ...pairs
      .filter(([, value]) => value)
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value)))
  )

export const nodes = <T>(connection: { edges: readonly { node: T }[] }): T[] =>
  connection.edges.map(({ node }) => node)
