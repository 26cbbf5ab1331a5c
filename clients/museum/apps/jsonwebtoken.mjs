// A web application that fetches tokens with simple-oauth2 and verifies the ID Token with jsonwebtoken, as people put the two
// together: the key is the one of the JWK Set the token's header names, and what verify() does is the library's decision.
import { createPublicKey, randomBytes } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { AuthorizationCode } from 'simple-oauth2'
import { endpoints, lockedVersion, report, serve } from '../shared/node/adapter.mjs'

async function clientOf(party) {
  const metadata = await endpoints(party)
  const authorize = new URL(metadata.authorization_endpoint)
  const token = new URL(metadata.token_endpoint)
  return new AuthorizationCode({
    client: { id: party.client_id, secret: party.client_secret },
    auth: {
      tokenHost: token.origin,
      tokenPath: token.pathname,
      authorizeHost: authorize.origin,
      authorizePath: authorize.pathname,
    },
  })
}

async function login(party) {
  const state = randomBytes(16).toString('base64url')
  return (await clientOf(party)).authorizeURL({ redirect_uri: party.redirect_uri, scope: party.scope, state })
}

async function keyOf(party, idToken) {
  const { kid } = JSON.parse(Buffer.from(idToken.split('.')[0], 'base64url').toString('utf8'))
  const { keys } = await (await fetch(party.endpoints.jwks_uri)).json()
  const jwk = keys.find((one) => one.kid === kid)
  return jwk && createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })
}

async function callback(party, session, { url }) {
  const client = await clientOf(party)
  const { token } = await client.getToken({ code: url.searchParams.get('code'), redirect_uri: party.redirect_uri })
  const key = await keyOf(party, token.id_token)
  const claims = jwt.verify(token.id_token, key, { issuer: party.issuer, audience: party.client_id })
  return report(token, { claims })
}

serve({
  library: 'jsonwebtoken',
  version: lockedVersion(import.meta.url, 'jsonwebtoken'),
  legs: { login, callback },
})
