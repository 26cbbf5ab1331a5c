// @node-oauth/oauth2-server in an express host, as a server under test. The host supplies what the library does not have:
// storage, sign-in, the consent page, metadata, error responses of the authorization endpoint, the protected resource.
// The library does all of the protocol, configured as in its documentation. Only OAuth 2.0: no OpenID Connect.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import OAuth2Server from '@node-oauth/oauth2-server'
import express from 'express'

const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'))
const version = lock.packages['node_modules/@node-oauth/oauth2-server'].version

const redirectUris = ['http://localhost:8765/callback', 'http://localhost:8765/other']
const grants = ['authorization_code', 'refresh_token']
// The scope openid is accepted without effect: there is no ID Token.
const known = ['email', 'profile', 'openid']
const secrets = { web: 'web-secret', post: 'post-secret', second: 'second-secret', spa: null }
const codes = new Map()
const tokens = new Map()
const refreshTokens = new Map()

const client = (id) => ({ id, redirectUris, grants })
// The storage of the documentation's example, in memory. `secret` is undefined in a request of a public client.
const model = {
  getClient: async (id, secret) => {
    if (!Object.hasOwn(secrets, id)) return null
    const atTokenEndpoint = secret !== null
    if (atTokenEndpoint && (secrets[id] ?? undefined) !== secret) return null
    return client(id)
  },
  validateScope: async (user, who, scope) => {
    const asked = scope ?? ['email']
    return asked.every((one) => known.includes(one)) ? asked : false
  },
  saveAuthorizationCode: async (code, who, user) => {
    const kept = { ...code, client: who, user }
    codes.set(code.authorizationCode, kept)
    return kept
  },
  getAuthorizationCode: async (code) => codes.get(code),
  revokeAuthorizationCode: async (code) => codes.delete(code.authorizationCode ?? code.code),
  saveToken: async (token, who, user) => {
    const kept = { ...token, client: who, user }
    tokens.set(token.accessToken, kept)
    if (token.refreshToken) refreshTokens.set(token.refreshToken, kept)
    return kept
  },
  getAccessToken: async (token) => tokens.get(token),
  getRefreshToken: async (token) => refreshTokens.get(token),
  revokeToken: async (token) => refreshTokens.delete(token.refreshToken),
  verifyScope: async (token, scope) => scope.every((one) => token.scope.includes(one)),
}
const server = new OAuth2Server({ model, requireClientAuthentication: { refresh_token: false } })

const app = express()
app.disable('x-powered-by')
app.use(express.urlencoded({ extended: false }))
app.use((req, res, next) => {
  res.set('Cache-Control', 'no-store')
  next()
})

// ---- sign-in and consent pages of this host ----
const sessions = new Map()
const sessionOf = (req) => sessions.get(/(?:^|; )sid=([^;]+)/.exec(req.headers.cookie ?? '')?.[1])
const escaped = (text) => String(text).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
const page = (res, body) =>
  res
    .set('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    .set('Referrer-Policy', 'no-referrer')
    .send(`<!doctype html><title>Example</title>${body}`)

app.post('/login', (req, res) => {
  const sid = randomBytes(24).toString('base64url')
  sessions.set(sid, { id: req.body.username })
  res.set('Set-Cookie', `sid=${sid}; HttpOnly; SameSite=Lax; Path=/`).redirect(303, '/authorize?' + req.body.return_to)
})

// The library decides where an error goes: to the client once the client and its redirect_uri are known, else to the user.
const fail = (res, response, error) =>
  response.headers.location
    ? res.redirect(302, response.headers.location)
    : res.status(error.code ?? 500).json({ error: error.name, error_description: error.message })

const authorize = async (req, res, user) => {
  const response = new OAuth2Server.Response(res)
  try {
    await server.authorize(new OAuth2Server.Request(req), response, options(user))
    res.redirect(302, response.headers.location)
  } catch (error) {
    fail(res, response, error)
  }
}
const options = (user) => ({ authenticateHandler: { handle: () => user }, allowEmptyState: true })

app.get('/authorize', async (req, res) => {
  const user = sessionOf(req)
  const query = new URL(req.url, 'http://localhost').search.slice(1)
  if (user) {
    return page(res, `<form method="post" action="/authorize?${escaped(query)}"><p>Allow ${escaped(req.query.client_id)}?</p>
<button name="allowed" value="true">Allow</button><button name="allowed" value="false">Deny</button></form>`)
  }
  // Lets the library refuse an invalid request now, before the sign-in.
  const response = new OAuth2Server.Response(res)
  try {
    await server.authorize(new OAuth2Server.Request(req), response, options({ id: 'nobody' }))
  } catch (error) {
    return fail(res, response, error)
  }
  return page(res, `<form method="post" action="/login"><input name="username"><input type="password" name="password">
<input type="hidden" name="return_to" value="${escaped(query)}"><button>Sign in</button></form>`)
})
app.post('/authorize', (req, res) => {
  const user = sessionOf(req)
  return user ? authorize(req, res, user) : res.status(401).json({ error: 'access_denied' })
})

app.post('/token', async (req, res) => {
  const response = new OAuth2Server.Response(res)
  try {
    await server.token(new OAuth2Server.Request(req), response)
    res.set(response.headers).status(response.status).json(response.body)
  } catch (error) {
    res.set(response.headers).status(error.code ?? 500).json({ error: error.name, error_description: error.message })
  }
})

const userinfo = async (req, res) => {
  const response = new OAuth2Server.Response(res)
  try {
    const token = await server.authenticate(new OAuth2Server.Request(req), response)
    const email = token.scope.includes('email') ? { email: `${token.user.id}@example.com`, email_verified: true } : {}
    res.json({ sub: token.user.id, ...email })
  } catch (error) {
    const body = error.name === 'unauthorized_request' ? {} : { error: error.name, error_description: error.message }
    res.set(response.headers).status(error.code ?? 500).json(body)
  }
}
app.get('/userinfo', userinfo)
app.post('/userinfo', userinfo)

const metadata = (req, res) => {
  const issuer = app.get('issuer')
  res.json({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    scopes_supported: ['email', 'profile'],
    response_types_supported: ['code'],
    grant_types_supported: grants,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
  })
}
app.get('/.well-known/oauth-authorization-server', metadata)
app.get('/.well-known/openid-configuration', metadata)

const listening = http.createServer(app)
listening.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${listening.address().port}`
  app.set('issuer', issuer)
  console.log(JSON.stringify({ ready: true, issuer, server: '@node-oauth/oauth2-server', version }))
})
process.on('SIGTERM', () => process.exit(0))
process.stdin.on('end', () => process.exit(0)).resume()
