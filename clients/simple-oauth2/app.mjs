// A web application that fetches tokens with simple-oauth2, driven by Assay (clients/README.md has the contract).
// The library builds the authorization URL and sends the token requests. The application handles state and the callback's
// parameters as the library's example does: it sends a state and passes the code.
import { randomBytes } from 'node:crypto'
import { AuthorizationCode } from 'simple-oauth2'
import { hostsAndPaths, lockedVersion, Refusal, report, serve } from '../shared/node/adapter.mjs'

async function clientOf(party) {
  if (party.client) return party.client
  party.client = new AuthorizationCode({
    client: { id: party.client_id, secret: party.client_secret },
    auth: await hostsAndPaths(party),
    options: { authorizationMethod: party.token_endpoint_auth_method === 'client_secret_post' ? 'body' : 'header' },
  })
  return party.client
}

async function login(party) {
  const client = await clientOf(party)
  return client.authorizeURL({
    redirect_uri: party.redirect_uri,
    scope: party.scope,
    state: randomBytes(16).toString('base64url'),
    ...party.extra,
  })
}

async function callback(party, session, { url }) {
  const client = await clientOf(party)
  session.token = await client.getToken({ code: url.searchParams.get('code'), redirect_uri: party.redirect_uri })
  return report(session.token.token)
}

async function refresh(party, session) {
  if (!session.token) throw new Refusal('not_signed_in', 'nobody is signed in in this session')
  session.token = await session.token.refresh()
  return report(session.token.token)
}

serve({
  library: 'simple-oauth2',
  version: lockedVersion(import.meta.url, 'simple-oauth2'),
  legs: { login, callback, refresh },
  // A refused request is a Boom error of the HTTP library, with the server's answer inside.
  explain: (err) => ({ code: err.output?.payload?.error ?? err.name, error: err.data?.payload?.error }),
})
