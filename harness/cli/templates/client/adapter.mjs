// Signs people in with openid-client, driven by Assay: put your own client in its place, step by step.
// A leg is a step of the user. It does what your application does there and nothing more: what it throws is a refusal, and
// what it returns has been accepted. `session` is what the application keeps of this browser.
import * as client from 'openid-client'
import { lockedVersion, Refusal, report, serve } from './assay-adapter.mjs'

const methods = { none: client.None, client_secret_basic: client.ClientSecretBasic, client_secret_post: client.ClientSecretPost }

// Configures the client for one issuer, at its first sign-in. Assay makes an issuer for each check.
async function configuration(party) {
  const method = methods[party.token_endpoint_auth_method](party.client_secret)
  // openid-client refuses http by default; the issuers of most checks are on loopback without TLS.
  const execute = party.issuer.startsWith('http:') ? [client.allowInsecureRequests] : []
  party.config ??= await client.discovery(new URL(party.issuer), party.client_id, undefined, method, { execute })
  return party.config
}

async function login(party, session) {
  const config = await configuration(party)
  const flow = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  session.flow = flow
  return client.buildAuthorizationUrl(config, {
    redirect_uri: party.redirect_uri,
    scope: party.scope,
    state: flow.expectedState,
    nonce: flow.expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(flow.pkceCodeVerifier),
    code_challenge_method: 'S256',
    ...party.extra,
  })
}

async function callback(party, session, { url }) {
  const { flow } = session
  delete session.flow
  if (!flow) throw new Refusal('no_sign_in', 'no sign-in was started in this browser')
  session.tokens = await client.authorizationCodeGrant(await configuration(party), url, flow)
  session.sub = session.tokens.claims()?.sub
  return report(session.tokens, { claims: session.tokens.claims() ?? null })
}

async function userinfo(party, session) {
  if (!session.tokens) throw new Refusal('not_signed_in', 'nobody is signed in in this session')
  const told = await client.fetchUserInfo(await configuration(party), session.tokens.access_token, session.sub)
  return report(session.tokens, { userinfo: told })
}

async function refresh(party, session) {
  if (!session.tokens?.refresh_token) throw new Refusal('no_refresh_token', 'there is no refresh token in this session')
  const fresh = await client.refreshTokenGrant(await configuration(party), session.tokens.refresh_token)
  session.tokens = { refresh_token: session.tokens.refresh_token, ...fresh }
  return report(session.tokens, { claims: fresh.claims() ?? null })
}

serve({
  library: 'openid-client',
  version: lockedVersion(import.meta.url, 'openid-client'),
  legs: { login, callback, userinfo, refresh },
})
