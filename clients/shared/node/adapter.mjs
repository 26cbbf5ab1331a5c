// Shared by the Node applications: the endpoints of the adapter contract (clients/README.md) for the steps of one library.
// A session is a plain object found by a cookie, as in any session middleware.
import { randomBytes } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { readFileSync } from 'node:fs'
import http from 'node:http'

/** A refusal of the application itself, such as "no user is signed in". */
export class Refusal extends Error {
  constructor(code, message) {
    super(message)
    this.code = code
  }
}

/** The version of `library` in the package-lock.json beside the application. */
export function lockedVersion(application, library) {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', application), 'utf8'))
  return lock.packages[`node_modules/${library}`].version
}

/**
 * The endpoints of the party's issuer, for libraries configured with them: read once from the metadata, as an operator copies
 * them from a server's documentation.
 */
export async function endpoints(party) {
  party.endpoints ??= await (await fetch(`${party.issuer}/.well-known/openid-configuration`)).json()
  return party.endpoints
}

/** The same in the format of simple-oauth2. */
export async function hostsAndPaths(party) {
  const metadata = await endpoints(party)
  const authorize = new URL(metadata.authorization_endpoint)
  const token = new URL(metadata.token_endpoint)
  return {
    tokenHost: token.origin,
    tokenPath: token.pathname,
    authorizeHost: authorize.origin,
    authorizePath: authorize.pathname,
  }
}

/** The members of every accepted outcome, from a token response. */
export function report(tokens, more = {}) {
  return {
    token_type: tokens.token_type ?? null,
    scope: tokens.scope ?? null,
    expires_in: tokens.expires_in ?? null,
    access_token: tokens.access_token ?? null,
    refresh_token: tokens.refresh_token ?? null,
    claims: null,
    userinfo: null,
    ...more,
  }
}

function rejected(leg, err, explain) {
  const cause = err.cause instanceof Error ? `: ${err.cause.message}` : ''
  return {
    outcome: 'rejected',
    leg,
    code: err.code ?? err.name,
    error: typeof err.error === 'string' ? err.error : undefined,
    message: `${err.message}${cause}`,
    ...explain?.(err),
  }
}

/** The private_key of a party, an EC key as JWK, for ES256. */
export function signingKey(jwk) {
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
}

function answer(res, status, document, headers = {}) {
  res.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers })
  res.end(document === undefined ? undefined : JSON.stringify(document))
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

/**
 * Serves `legs` on its own port until SIGTERM or the end of stdin, and prints the ready line.
 * login(party, session, exchange) returns the URL of the authorization request; callback, refresh and userinfo return the
 * members of an accepted outcome (report()); a missing leg answers 404. `exchange` is {req, res, url}, and `posted`
 * if the authorization response came as a form.
 * `explain(error)` adds members to a rejected outcome, for libraries that keep the server's error code elsewhere;
 * `created(party, origin)` may complete a party, `removed(party)` ends it; `page(party, name)` is [type, text] of a file below
 * /page/{id}/, for an application that runs in the browser.
 */
export function serve({ library, version, legs, explain, created, removed, page }) {
  const parties = new Map()
  let nextId = 1
  let origin

  async function create(req, res) {
    const wanted = JSON.parse(await text(req))
    if (wanted.without?.length) {
      answer(res, 400, { error: 'invalid_request', message: `${library} has no validations to switch off` })
      return
    }
    const id = String(nextId++)
    const party = { ...wanted, id, redirect_uri: `${origin}/rp/${id}/callback`, sessions: new Map() }
    party.extra ??= {}
    await created?.(party, origin)
    parties.set(id, party)
    answer(res, 201, { id, redirect_uri: party.redirect_uri })
  }

  async function run(leg, party, exchange) {
    const { req, res } = exchange
    try {
      const session = sessionOf(party, req, res)
      const result = await legs[leg](party, session, exchange)
      if (leg === 'login') answer(res, 302, undefined, { location: String(result) })
      else answer(res, 200, { outcome: 'accepted', leg, ...result })
    } catch (err) {
      answer(res, 400, rejected(leg, err, explain))
    }
  }

  async function route(req, res) {
    const url = new URL(req.url, origin)
    if (req.method === 'POST' && url.pathname === '/assay/rp') return create(req, res)
    const remove = /^\/assay\/rp\/(\d+)$/.exec(url.pathname)?.[1]
    if (req.method === 'DELETE' && remove) {
      const party = parties.get(remove)
      parties.delete(remove)
      if (party) await removed?.(party)
      return answer(res, party ? 204 : 404)
    }
    const [, home, name] = /^\/page\/(\d+)\/([\w.-]*)$/.exec(url.pathname) ?? []
    if (home && parties.has(home)) {
      const file = page?.(parties.get(home), name)
      res.writeHead(file ? 200 : 404, { 'content-type': file?.[0] ?? 'text/plain' })
      return res.end(file?.[1])
    }

    const [, id, leg] = /^\/rp\/(\d+)\/(\w+)$/.exec(url.pathname) ?? []
    const party = parties.get(id)
    const methods = leg === 'login' ? ['GET'] : leg === 'callback' ? ['GET', 'POST'] : ['POST']
    if (!party || !Object.hasOwn(legs, leg) || !methods.includes(req.method)) return answer(res, 404, { error: 'not_found' })
    const posted = leg === 'callback' && req.method === 'POST' ? new URLSearchParams(await text(req)) : undefined
    return run(leg, party, { req, res, url, posted })
  }

  const server = http.createServer((req, res) => {
    route(req, res).catch((err) => answer(res, 400, { error: 'invalid_request', message: err.message }))
  })
  server.listen(0, 'localhost', () => {
    origin = `http://localhost:${server.address().port}`
    console.log(JSON.stringify({ assay_adapter: 1, url: origin, library, version }))
  })
  process.on('SIGTERM', () => process.exit(0))
  process.stdin.on('end', () => process.exit(0)).resume()
}
