// A web application that signs people in with openid-client, driven by Assay (clients/README.md has the contract).
// It uses the library as its documentation does: state, nonce and code_verifier live in the person's session, are taken
// out once, and everything else is the library's decision. Outcomes are reported as JSON instead of pages.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import * as client from 'openid-client'

const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'))
const version = lock.packages['node_modules/openid-client'].version

const parties = new Map() // id -> relying party
let nextId = 1
let origin

class Refusal extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

function authentication(party) {
  switch (party.token_endpoint_auth_method) {
    case 'none':
      return client.None()
    case 'client_secret_post':
      return client.ClientSecretPost(party.client_secret)
    default:
      return client.ClientSecretBasic(party.client_secret)
  }
}

// The mock listens on loopback without TLS: openid-client refuses http unless it is told.
async function configuration(party) {
  party.config ??= await client.discovery(new URL(party.issuer), party.client_id, undefined, authentication(party), {
    execute: [client.allowInsecureRequests],
  })
  return party.config
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
  return client.buildAuthorizationUrl(config, parameters)
}

async function callback(party, session, url) {
  const flow = session.flow
  delete session.flow
  if (!flow) throw new Refusal('no_sign_in', 'no sign-in was started in this browser')
  const tokens = await client.authorizationCodeGrant(await configuration(party), url, {
    pkceCodeVerifier: flow.code_verifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  })
  session.tokens = tokens
  session.sub = tokens.claims()?.sub
  return report(tokens)
}

async function refresh(party, session) {
  if (!session.tokens?.refresh_token) throw new Refusal('no_refresh_token', 'there is no refresh token in this session')
  const tokens = await client.refreshTokenGrant(await configuration(party), session.tokens.refresh_token)
  session.tokens = { refresh_token: session.tokens.refresh_token, ...tokens }
  return { ...report(tokens), refresh_token: session.tokens.refresh_token }
}

async function userinfo(party, session) {
  if (!session.tokens) throw new Refusal('no_access_token', 'nobody is signed in in this session')
  const subject = session.sub ?? client.skipSubjectCheck
  const document = await client.fetchUserInfo(await configuration(party), session.tokens.access_token, subject)
  return { ...report(session.tokens), userinfo: document }
}

function report(tokens) {
  return {
    token_type: tokens.token_type,
    scope: tokens.scope ?? null,
    expires_in: tokens.expires_in ?? null,
    access_token: tokens.access_token,
    refresh_token: tokens.refresh_token ?? null,
    claims: tokens.claims?.() ?? null,
    userinfo: null,
  }
}

function rejected(leg, err) {
  const cause = err.cause instanceof Error ? `: ${err.cause.message}` : ''
  return {
    outcome: 'rejected',
    leg,
    code: err.code ?? err.name,
    error: typeof err.error === 'string' ? err.error : undefined,
    message: `${err.message}${cause}`,
  }
}

function answer(res, status, document, headers = {}) {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  res.end(document === undefined ? undefined : JSON.stringify(document))
}

async function leg(res, name, work) {
  try {
    answer(res, 200, { outcome: 'accepted', leg: name, ...(await work()) })
  } catch (err) {
    answer(res, 400, rejected(name, err))
  }
}

function sessionOf(party, req, res) {
  const cookie = /(?:^|;\s*)session=([\w-]+)/.exec(req.headers.cookie ?? '')?.[1]
  if (party.sessions.has(cookie)) return party.sessions.get(cookie)
  const id = randomBytes(32).toString('base64url')
  const session = {}
  party.sessions.set(id, session)
  res.setHeader('set-cookie', `session=${id}; Path=/rp/${party.id}; HttpOnly; SameSite=Lax`)
  return session
}

async function create(req, res) {
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  const wanted = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  if (wanted.without?.length) {
    answer(res, 400, { error: 'invalid_request', message: 'openid-client has no validations to switch off' })
    return
  }
  const id = String(nextId++)
  const party = { ...wanted, id, redirect_uri: `${origin}/rp/${id}/callback`, sessions: new Map() }
  party.extra ??= {}
  parties.set(id, party)
  answer(res, 201, { id, redirect_uri: party.redirect_uri })
}

async function route(req, res) {
  const url = new URL(req.url, origin)
  if (req.method === 'POST' && url.pathname === '/assay/rp') return create(req, res)
  const [, admin, remove] = /^\/(assay\/)rp\/(\d+)$/.exec(url.pathname) ?? []
  if (req.method === 'DELETE' && admin) return answer(res, parties.delete(remove) ? 204 : 404)

  const [, id, step] = /^\/rp\/(\d+)\/(\w+)$/.exec(url.pathname) ?? []
  const party = parties.get(id)
  if (!party) return answer(res, 404, { error: 'not_found' })
  const session = sessionOf(party, req, res)
  switch (`${req.method} ${step}`) {
    case 'GET login':
      try {
        res.writeHead(302, { location: (await login(party, session)).href, 'cache-control': 'no-store' }).end()
      } catch (err) {
        answer(res, 400, rejected('login', err))
      }
      return
    case 'GET callback':
      return leg(res, 'callback', () => callback(party, session, url))
    case 'POST refresh':
      return leg(res, 'refresh', () => refresh(party, session))
    case 'POST userinfo':
      return leg(res, 'userinfo', () => userinfo(party, session))
    default:
      answer(res, 404, { error: 'not_found' })
  }
}

const server = http.createServer((req, res) => {
  route(req, res).catch((err) => answer(res, 400, { error: 'invalid_request', message: err.message }))
})
server.listen(0, 'localhost', () => {
  origin = `http://localhost:${server.address().port}`
  console.log(JSON.stringify({ assay_adapter: 1, url: origin, library: 'openid-client', version }))
})
process.on('SIGTERM', () => process.exit(0))
process.stdin.on('end', () => process.exit(0)).resume()
