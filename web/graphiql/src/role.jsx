import { useGraphiQL } from '@graphiql/react'

/** The headers with the token, as text for the headers editor. */
export const headersFor = (token) => JSON.stringify({ Authorization: `Bearer ${token}` }, null, 2)

/** Puts the token of a role into the tab's headers, and shows the role of the present token. */
export function RolePicker({ tokens, headers }) {
  const editor = useGraphiQL((state) => state.headerEditor)
  const written = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.headers) ?? headers
  const [role] = Object.entries(tokens).find(([, token]) => written.includes(token)) ?? ['']
  return (
    <label className="role">
      as
      <select
        value={role}
        title="The role of the token in this tab's headers"
        onChange={(event) => editor.setValue(headersFor(tokens[event.target.value]))}
      >
        {!role && <option value="">(see headers)</option>}
        {Object.keys(tokens).map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
