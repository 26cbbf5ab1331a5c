// A web application that signs people in with oauth4webapi, driven by Assay (clients/README.md has the contract).
// The library is a set of small functions: one sends a request, one validates its response. The application calls them in the
// order of the documentation's examples; state, nonce and code_verifier are in the user's session and are used once.
import * as oauth from 'oauth4webapi'
import { lockedVersion, Refusal, report, serve, signingKey } from '../shared/node/adapter.mjs'

// A mock on loopback may be without TLS: oauth4webapi refuses http by default, so http is allowed for such an issuer only.
const plainHttp = (party) => ({ [oauth.allowInsecureRequests]: party.issuer.startsWith('http:') })

async function authentication(party) {
  switch (party.token_endpoint_auth_method) {
    case 'private_key_jwt':
      return oauth.PrivateKeyJwt({ key: await signingKey(party.private_key), kid: party.private_key.kid })
    case 'none':
      return oauth.None()
    case 'client_secret_post':
      return oauth.ClientSecretPost(party.client_secret)
    default:
      return oauth.ClientSecretBasic(party.client_secret)
  }
}

async function server(party) {
  if (!party.server) {
    const issuer = new URL(party.issuer)
    const algorithm = party.use?.includes('oauth_metadata') ? 'oauth2' : 'oidc'
    const response = await oauth.discoveryRequest(issuer, { ...plainHttp(party), algorithm })
    party.server = await oauth.processDiscoveryResponse(issuer, response)
    party.client = { client_id: party.client_id }
  }
  return party.server
}

// Options of every request: if the party uses DPoP, the proofs of the session's own key.
async function options(party, session) {
  if (!party.use?.includes('dpop')) return plainHttp(party)
  session.dpop ??= oauth.DPoP(party.client, await oauth.generateKeyPair('ES256'))
  return { ...plainHttp(party), DPoP: session.dpop }
}

// If a server requires a nonce in the proofs, the request is repeated once (RFC 9449 §8), as in the documentation's examples.
async function twice(attempt) {
  try {
    return await attempt()
  } catch (err) {
    if (!oauth.isDPoPNonceError(err)) throw err
    return attempt()
  }
}

// RFC 8707 §2.2: the resources of the authorization request are repeated.
function resources(party) {
  return new URLSearchParams([party.extra.resource ?? []].flat().map((one) => ['resource', one]))
}

async function pushed(party, session, parameters) {
  const as = await server(party)
  const answer = await twice(async () => {
    const response = await oauth.pushedAuthorizationRequest(
      as,
      party.client,
      await authentication(party),
      parameters,
      await options(party, session),
    )
    return oauth.processPushedAuthorizationResponse(as, party.client, response)
  })
  return new URLSearchParams({ client_id: party.client_id, request_uri: answer.request_uri })
}

async function login(party, session) {
  const as = await server(party)
  session.flow = {
    state: oauth.generateRandomState(),
    nonce: party.nonce === false ? undefined : oauth.generateRandomNonce(),
    code_verifier: oauth.generateRandomCodeVerifier(),
  }
  const url = new URL(as.authorization_endpoint)
  const parameters = {
    client_id: party.client_id,
    redirect_uri: party.redirect_uri,
    response_type: 'code',
    scope: party.scope,
    state: session.flow.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(session.flow.code_verifier),
    code_challenge_method: 'S256',
    ...party.extra,
  }
  if (session.flow.nonce) parameters.nonce = session.flow.nonce
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) query.append(name, one)
  }
  for (const [name, value] of party.use?.includes('par') ? await pushed(party, session, query) : query) {
    url.searchParams.append(name, value)
  }
  return url
}

async function callback(party, session, { url, posted }) {
  const flow = session.flow
  delete session.flow
  if (!flow) throw new Refusal('no_sign_in', 'no sign-in was started in this browser')
  const as = await server(party)
  const parameters = oauth.validateAuthResponse(as, party.client, posted ?? url, flow.state)
  const tokens = await twice(async () => {
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      party.client,
      await authentication(party),
      parameters,
      party.redirect_uri,
      flow.code_verifier,
      { ...(await options(party, session)), additionalParameters: resources(party) },
    )
    return oauth.processAuthorizationCodeResponse(as, party.client, response, {
      expectedNonce: flow.nonce,
      maxAge: party.extra.max_age === undefined ? undefined : Number(party.extra.max_age),
      requireIdToken: true,
    })
  })
  session.tokens = tokens
  session.claims = oauth.getValidatedIdTokenClaims(tokens)
  return report(tokens, { claims: session.claims })
}

async function refresh(party, session) {
  if (!session.tokens?.refresh_token) throw new Refusal('no_refresh_token', 'there is no refresh token in this session')
  const as = await server(party)
  const { refresh_token } = session.tokens
  const tokens = await twice(async () => {
    const response = await oauth.refreshTokenGrantRequest(
      as,
      party.client,
      await authentication(party),
      refresh_token,
      await options(party, session),
    )
    return oauth.processRefreshTokenResponse(as, party.client, response)
  })
  session.tokens = { refresh_token, ...tokens }
  return report(session.tokens, { claims: oauth.getValidatedIdTokenClaims(tokens) ?? null })
}

async function userinfo(party, session) {
  if (!session.tokens) throw new Refusal('no_access_token', 'nobody is signed in in this session')
  const as = await server(party)
  const document = await twice(async () => {
    const response = await oauth.userInfoRequest(
      as,
      party.client,
      session.tokens.access_token,
      await options(party, session),
    )
    return oauth.processUserInfoResponse(as, party.client, session.claims.sub, response)
  })
  return report(session.tokens, { userinfo: document })
}

serve({
  library: 'oauth4webapi',
  version: lockedVersion(import.meta.url, 'oauth4webapi'),
  legs: { login, callback, refresh, userinfo },
})
