import { explorerPlugin } from '@graphiql/plugin-explorer'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL, HISTORY_PLUGIN } from 'graphiql'
import { createRoot } from 'react-dom/client'

import 'graphiql/style.css'
import '@graphiql/plugin-explorer/style.css'
import './page.css'
import './workers.js'
import { headersFor, RolePicker } from './role.jsx'
import { forgetOthers, recallsTabs, storage } from './storage.js'
import { Wrapping } from './wrapping.jsx'

// GraphiQL sends a tab's headers over HTTP and in `connection_init` of the socket.
const endpoint = new URL('graphql', document.baseURI)
const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, 'ws')
})
const plugins = [HISTORY_PLUGIN, explorerPlugin()]

const { tokens, tabs, version } = await (await fetch('graphiql/start.json')).json()
forgetOthers(version)

const headers = headersFor(tokens.PARTNER_ADMIN ?? '')
const defaultTabs = tabs.map(({ query, variables }) => ({
  query,
  variables: JSON.stringify(variables, null, 2),
  headers
}))
// `defaultTabs` does not set the variables of the first tab. If tabs were stored, these props would add a tab.
const first = recallsTabs() ? undefined : defaultTabs[0]

createRoot(document.getElementById('page')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storage(headers)}
    plugins={plugins}
    defaultTabs={defaultTabs.length ? defaultTabs : undefined}
    initialQuery={first?.query}
    initialVariables={first?.variables}
    defaultHeaders={headers}
    defaultEditorToolsVisibility={tokens.PARTNER_ADMIN ? 'variables' : 'headers'}
    shouldPersistHeaders={false}
    inputValueDeprecation
    schemaDescription
  >
    <GraphiQL.Logo>
      <Wrapping />
      {tokens.PARTNER_ADMIN ? (
        <RolePicker tokens={tokens} headers={headers} />
      ) : (
        <span className="role">Put a token into Headers</span>
      )}
    </GraphiQL.Logo>
  </GraphiQL>
)
