// A web application that fetches tokens with simple-oauth2 and verifies the ID Token with a JWT library, as people combine the
// two: it passes the key of the JWK Set that the token's header names, as PEM, and everything else is the library's
// decision. For the releases of the museum.
import { createPublicKey, randomBytes } from 'node:crypto'
import { endpoints, hostsAndPaths, report, serve } from './adapter.mjs'

async function keyOf(party, idToken) {
  const { kid } = JSON.parse(Buffer.from(idToken.split('.')[0], 'base64url').toString('utf8'))
  const { keys } = await (await fetch((await endpoints(party)).jwks_uri)).json()
  const jwk = keys.find((one) => one.kid === kid)
  return jwk && createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
}

/** `verify(idToken, key, party)` gives the claims, or throws. */
export function serveVerifier({ AuthorizationCode, library, version, verify }) {
  async function clientOf(party) {
    return new AuthorizationCode({
      client: { id: party.client_id, secret: party.client_secret },
      auth: await hostsAndPaths(party),
    })
  }

  async function login(party) {
    const state = randomBytes(16).toString('base64url')
    return (await clientOf(party)).authorizeURL({ redirect_uri: party.redirect_uri, scope: party.scope, state })
  }

  async function callback(party, session, { url }) {
    const client = await clientOf(party)
    const { token } = await client.getToken({ code: url.searchParams.get('code'), redirect_uri: party.redirect_uri })
    return report(token, { claims: verify(token.id_token, await keyOf(party, token.id_token), party) })
  }

  serve({ library, version, legs: { login, callback } })
}
