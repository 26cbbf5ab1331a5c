// A web application that fetches tokens with @badgateway/oauth2-client, driven by Assay (clients/README.md has the contract). It
// follows the library's guide: getAuthorizeUri() with a state and a code_verifier of this sign-in, getTokenFromCodeRedirect()
// checks the callback's URL and redeems the code. The application configures the endpoints.
import { randomBytes } from 'node:crypto'
import { OAuth2Client, generateCodeVerifier } from '@badgateway/oauth2-client'
import { Refusal, endpoints, lockedVersion, report, serve } from '../shared/node/adapter.mjs'

async function clientOf(party) {
  const metadata = await endpoints(party)
  party.client ??= new OAuth2Client({
    clientId: party.client_id,
    clientSecret: party.client_secret ?? undefined,
    authorizationEndpoint: metadata.authorization_endpoint,
    tokenEndpoint: metadata.token_endpoint,
    authenticationMethod: party.client_secret ? party.token_endpoint_auth_method : undefined,
  })
  return party.client
}

// The library's own form of a token response; it has no token_type.
function told(token) {
  return report({
    access_token: token.accessToken,
    refresh_token: token.refreshToken,
    expires_in: token.expiresAt && Math.round((token.expiresAt - Date.now()) / 1000),
    scope: token.scope?.join(' '),
  })
}

async function login(party, session) {
  session.flow = {
    redirectUri: party.redirect_uri,
    state: randomBytes(16).toString('base64url'),
    codeVerifier: await generateCodeVerifier(),
  }
  const client = await clientOf(party)
  return client.authorizationCode.getAuthorizeUri({
    ...session.flow,
    scope: party.scope.split(' '),
    extraParams: party.extra,
  })
}

async function callback(party, session, { url }) {
  const { flow } = session
  delete session.flow
  if (!flow) throw new Refusal('no_sign_in', 'no sign-in was started in this browser')
  const client = await clientOf(party)
  session.token = await client.authorizationCode.getTokenFromCodeRedirect(url, flow)
  return told(session.token)
}

async function refresh(party, session) {
  if (!session.token) throw new Refusal('not_signed_in', 'nobody is signed in in this session')
  const client = await clientOf(party)
  session.token = await client.refreshToken(session.token)
  return told(session.token)
}

serve({
  library: '@badgateway/oauth2-client',
  version: lockedVersion(import.meta.url, '@badgateway/oauth2-client'),
  legs: { login, callback, refresh },
  explain: (err) => (err.oauth2Code ? { error: err.oauth2Code, code: err.name } : {}),
})
