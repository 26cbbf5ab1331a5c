// A web application that signs people in with openid-client, driven by Assay (clients/README.md has the contract).
// It uses the library as its documentation does: state, nonce and code_verifier are in the user's session, are used
// once, and everything else is decided by the library. Outcomes are reported as JSON instead of pages.
import * as client from 'openid-client'
import { lockedVersion, Refusal, report, serve, signingKey } from '../shared/node/adapter.mjs'

async function authentication(party) {
  switch (party.token_endpoint_auth_method) {
    case 'private_key_jwt':
      return client.PrivateKeyJwt({ key: await signingKey(party.private_key), kid: party.private_key.kid })
    case 'none':
      return client.None()
    case 'client_secret_post':
      return client.ClientSecretPost(party.client_secret)
    default:
      return client.ClientSecretBasic(party.client_secret)
  }
}

// A mock on loopback may be without TLS: openid-client refuses http by default, so http is allowed for such an issuer only.
async function configuration(party) {
  party.config ??= await client.discovery(new URL(party.issuer), party.client_id, undefined, await authentication(party), {
    execute: party.issuer.startsWith('http:') ? [client.allowInsecureRequests] : [],
    algorithm: party.use?.includes('oauth_metadata') ? 'oauth2' : 'oidc',
  })
  return party.config
}

// Extensions that the party uses (`use`): a DPoP key per session, proven at every request.
async function options(party, session) {
  if (!party.use?.includes('dpop')) return {}
  session.dpop ??= client.getDPoPHandle(await configuration(party), await client.randomDPoPKeyPair())
  return { DPoP: session.dpop }
}

// RFC 8707 §2.2: the resources of the authorization request are repeated.
function resources(party) {
  return new URLSearchParams([party.extra.resource ?? []].flat().map((one) => ['resource', one]))
}

async function login(party, session) {
  const config = await configuration(party)
  const flow = {
    state: client.randomState(),
    nonce: party.nonce === false ? undefined : client.randomNonce(),
    code_verifier: client.randomPKCECodeVerifier(),
  }
  const parameters = new URLSearchParams({
    redirect_uri: party.redirect_uri,
    scope: party.scope,
    state: flow.state,
    code_challenge: await client.calculatePKCECodeChallenge(flow.code_verifier),
    code_challenge_method: 'S256',
  })
  if (flow.nonce) parameters.set('nonce', flow.nonce)
  for (const [name, value] of Object.entries(party.extra)) {
    for (const one of [value].flat()) parameters.append(name, one)
  }
  session.flow = flow
  if (party.use?.includes('par')) {
    return client.buildAuthorizationUrlWithPAR(config, parameters, await options(party, session))
  }
  return client.buildAuthorizationUrl(config, parameters)
}

async function callback(party, session, { url, posted }) {
  const flow = session.flow
  delete session.flow
  if (!flow) throw new Refusal('no_sign_in', 'no sign-in was started in this browser')
  const checks = {
    pkceCodeVerifier: flow.code_verifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
    maxAge: party.extra.max_age === undefined ? undefined : Number(party.extra.max_age),
  }
  const tokens = await client.authorizationCodeGrant(
    await configuration(party),
    posted ? new Request(url, { method: 'POST', body: posted }) : url,
    checks,
    resources(party),
    await options(party, session),
  )
  session.tokens = tokens
  session.sub = tokens.claims()?.sub
  return report(tokens, { claims: tokens.claims() ?? null })
}

async function refresh(party, session) {
  if (!session.tokens?.refresh_token) throw new Refusal('no_refresh_token', 'there is no refresh token in this session')
  const tokens = await client.refreshTokenGrant(
    await configuration(party),
    session.tokens.refresh_token,
    undefined,
    await options(party, session),
  )
  session.tokens = { refresh_token: session.tokens.refresh_token, ...tokens }
  return report(session.tokens, { claims: tokens.claims() ?? null })
}

async function userinfo(party, session) {
  if (!session.tokens) throw new Refusal('no_access_token', 'nobody is signed in in this session')
  const subject = session.sub ?? client.skipSubjectCheck
  const document = await client.fetchUserInfo(
    await configuration(party),
    session.tokens.access_token,
    subject,
    await options(party, session),
  )
  return report(session.tokens, { userinfo: document })
}

serve({
  library: 'openid-client',
  version: lockedVersion(import.meta.url, 'openid-client'),
  legs: { login, callback, refresh, userinfo },
})
