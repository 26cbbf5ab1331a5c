// Signs in with the clients of providers that are for Node.js: node clients.mjs NAME ORIGIN CALLBACK. Nothing is changed in
// them but URLs. The mock signs the first user in without a page, so a browser is what follows one redirect. Prints what the
// client found out, as one line of JSON.
import { Auth } from '@auth/core'
import * as authjs from './authjs.mjs'
import { ConfidentialClientApplication, CryptoProvider } from '@azure/msal-node'
import { exchangeWebFlowCode, getWebFlowAuthorizationUrl, refreshToken } from '@octokit/oauth-methods'
import { request } from '@octokit/request'
import OktaJwtVerifier from '@okta/jwt-verifier'
import { AuthenticationClient } from 'auth0'
import { OAuth2Client } from 'google-auth-library'
import { importPKCS8, SignJWT } from 'jose'
import assert from 'node:assert/strict'
import * as openid from 'openid-client'

const [name, origin, callback] = process.argv.slice(2)
const client = { clientId: 'app', clientSecret: 'app-secret' }

// What a browser brings to the callback.
async function signIn(url) {
  const answer = await fetch(url, { redirect: 'manual' })
  const location = answer.headers.get('location')
  assert.ok(location?.startsWith(callback), `no way back to the client: ${answer.status} ${await answer.text()}`)
  const back = Object.fromEntries(new URL(location).searchParams)
  assert.equal(back.error, undefined, back.error_description)
  return back
}

async function octokit(clientType) {
  const at = request.defaults({ baseUrl: `${origin}/api/v3` })
  const { url } = getWebFlowAuthorizationUrl({ clientType, clientId: client.clientId, redirectUrl: callback, state: 'xyz', request: at, ...(clientType === 'oauth-app' && { scopes: ['repo', 'gist'] }) })
  const back = await signIn(url)
  assert.equal(back.state, 'xyz')
  const { authentication } = await exchangeWebFlowCode({ clientType, ...client, code: back.code, request: at })
  await assert.rejects(exchangeWebFlowCode({ clientType, ...client, code: 'wrong', request: at }), /bad_verification_code/)
  const { data: user } = await at('GET /user', { headers: { authorization: `token ${authentication.token}` } })
  return { authentication, user, at }
}

const signIns = {
  async github() {
    const { authentication, user } = await octokit('oauth-app')
    return { user: user.login, token: authentication.token.slice(0, 4), scopes: authentication.scopes }
  },

  async 'github-app'() {
    const { authentication, user, at } = await octokit('github-app')
    const next = await refreshToken({ clientType: 'github-app', ...client, refreshToken: authentication.refreshToken, request: at })
    assert.notEqual(next.authentication.token, authentication.token)
    return { user: user.login, token: authentication.token.slice(0, 4), refresh: next.authentication.refreshToken.slice(0, 4) }
  },

  async google() {
    const oauth = new OAuth2Client({
      ...client, redirectUri: callback, issuers: [origin],
      endpoints: {
        oauth2AuthBaseUrl: `${origin}/o/oauth2/v2/auth`, oauth2TokenUrl: `${origin}/token`, oauth2RevokeUrl: `${origin}/revoke`,
        oauth2FederatedSignonPemCertsUrl: `${origin}/oauth2/v1/certs`, oauth2FederatedSignonJwkCertsUrl: `${origin}/oauth2/v3/certs`,
      },
    })
    const { codeVerifier, codeChallenge } = await oauth.generateCodeVerifierAsync()
    const ask = { access_type: 'offline', scope: ['openid', 'email', 'profile'], code_challenge: codeChallenge, code_challenge_method: 'S256' }
    const { tokens } = await oauth.getToken({ code: (await signIn(oauth.generateAuthUrl(ask))).code, codeVerifier })
    const ticket = await oauth.verifyIdToken({ idToken: tokens.id_token, audience: client.clientId })
    const again = await oauth.getToken({ code: (await signIn(oauth.generateAuthUrl(ask))).code, codeVerifier })
    oauth.setCredentials(tokens)
    const { credentials } = await oauth.refreshAccessToken()
    assert.notEqual(credentials.access_token, tokens.access_token)
    return { user: ticket.getPayload().email, hd: ticket.getPayload().hd, first: Boolean(tokens.refresh_token), second: Boolean(again.tokens.refresh_token) }
  },

  async 'entra-node'() {
    const tenant = '9122040d-6c67-4c5b-b112-36a304b66dad'
    const app = new ConfidentialClientApplication({ auth: { ...client, authority: `${origin}/${tenant}`, knownAuthorities: [new URL(origin).host] } })
    const { verifier, challenge } = await new CryptoProvider().generatePkceCodes()
    const ask = { scopes: ['User.Read'], redirectUri: callback, codeChallenge: challenge, codeChallengeMethod: 'S256', state: 'xyz' }
    const back = await signIn(await app.getAuthCodeUrl(ask))
    const result = await app.acquireTokenByCode({ ...ask, code: back.code, codeVerifier: verifier })
    const silent = await app.acquireTokenSilent({ account: result.account, scopes: ['User.Read'], forceRefresh: true })
    assert.notEqual(silent.accessToken, result.accessToken)
    await assert.rejects(app.acquireTokenByCode({ ...ask, code: back.code, codeVerifier: verifier }), /AADSTS54005/)
    return { user: result.account.username, tenant: result.tenantId }
  },

  async auth0() {
    const at = new AuthenticationClient({ domain: new URL(origin).host, ...client })
    const url = `${origin}/authorize?${new URLSearchParams({ response_type: 'code', client_id: client.clientId, redirect_uri: callback, scope: 'openid email offline_access', audience: 'https://api.acme.example' })}`
    const { data } = await at.oauth.authorizationCodeGrant({ code: (await signIn(url)).code, redirect_uri: callback })
    const next = await at.oauth.refreshTokenGrant({ refresh_token: data.refresh_token })
    assert.notEqual(next.data.access_token, data.access_token)
    await assert.rejects(at.oauth.authorizationCodeGrant({ code: 'wrong', redirect_uri: callback }), { statusCode: 403 })
    const claims = JSON.parse(Buffer.from(data.access_token.split('.')[1], 'base64url'))
    return { user: JSON.parse(Buffer.from(data.id_token.split('.')[1], 'base64url')).email, audience: claims.aud }
  },

  // The sign-in of Auth.js with Okta's provider, then the verification of the access token by Okta's own library.
  async okta() {
    const session = await authjs.signIn(Auth, 'okta', origin, callback, client)
    const verifier = new OktaJwtVerifier({ issuer: `${origin}/oauth2/default`, clientId: client.clientId, testing: { disableHttpsCheck: true } })
    const token = await verifier.verifyAccessToken(session.account.access_token, 'api://default')
    await assert.rejects(verifier.verifyAccessToken(session.account.access_token, 'api://other'))
    return { user: session.user.email, cid: token.claims.cid, scp: token.claims.scp }
  },

  // The grants without a redirect: a device that the user allows elsewhere, an exchange of its token, a workload's JWT.
  async grants() {
    const at = await openid.discovery(new URL(origin), client.clientId, client.clientSecret, undefined, { execute: [openid.allowInsecureRequests] })
    const device = await openid.initiateDeviceAuthorization(at, { scope: 'openid email' })
    await fetch(device.verification_uri_complete) // sign_in: auto allows
    const tokens = await openid.pollDeviceAuthorizationGrant(at, device)
    const exchanged = await openid.genericGrantRequest(at, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: tokens.access_token, subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', scope: 'openid',
    })
    const assertion = await new SignJWT().setProtectedHeader({ alg: 'ES256', kid: 'KEY' }).setIssuer('https://workloads.example')
      .setSubject('robot').setAudience(origin).setIssuedAt().setExpirationTime('1m').setJti('one').sign(await importPKCS8(process.env.PRIVATE_KEY, 'ES256'))
    const own = await openid.genericGrantRequest(at, 'urn:ietf:params:oauth:grant-type:jwt-bearer', { assertion, scope: 'user:read' })
    const seen = await openid.tokenIntrospection(at, own.access_token)
    return { user: tokens.claims().email, exchanged: exchanged.issued_token_type.split(':').at(-1), scope: exchanged.scope, robot: seen.sub }
  },
}

for (const provider of authjs.providers) {
  signIns[`authjs-${provider}`] = async () => ({ user: (await authjs.signIn(Auth, provider, origin, callback, client)).user })
}

console.log(JSON.stringify(await signIns[name]()))
