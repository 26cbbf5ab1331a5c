// Auth.js with the providers it has, each as its documentation sets it up, with the mock's URLs. Auth.js is called as its
// frameworks call it: with requests, whose answers a browser of a few lines follows.
import apple from '@auth/core/providers/apple'
import auth0 from '@auth/core/providers/auth0'
import cognito from '@auth/core/providers/cognito'
import discord from '@auth/core/providers/discord'
import github from '@auth/core/providers/github'
import gitlab from '@auth/core/providers/gitlab'
import google from '@auth/core/providers/google'
import keycloak from '@auth/core/providers/keycloak'
import entra from '@auth/core/providers/microsoft-entra-id'
import okta from '@auth/core/providers/okta'
import slack from '@auth/core/providers/slack'
import assert from 'node:assert/strict'
import { createPrivateKey, sign } from 'node:crypto'

const tenant = '9122040d-6c67-4c5b-b112-36a304b66dad'

// Apple's client secret: a JWT of the team, for the client, signed with ES256.
function appleSecret(clientId, pem) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const text = `${part({ alg: 'ES256', kid: 'KEY' })}.${part({ iss: 'TEAM', sub: clientId, aud: 'https://appleid.apple.com', iat: now, exp: now + 600 })}`
  return `${text}.${sign('sha256', Buffer.from(text), { key: createPrivateKey(pem), dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
}

const made = {
  apple: (origin, c) => apple({ ...c, clientSecret: appleSecret(c.clientId, process.env.PRIVATE_KEY), issuer: origin }),
  auth0: (origin, c) => auth0({ ...c, issuer: `${origin}/` }),
  cognito: (origin, c) => cognito({ ...c, issuer: `${origin}/us-east-1_EXAMPLE` }),
  discord: (origin, c) =>
    discord({ ...c, authorization: `${origin}/api/oauth2/authorize?scope=identify+email`, token: `${origin}/api/oauth2/token`, userinfo: `${origin}/api/users/@me` }),
  entra: (origin, c) => entra({ ...c, issuer: `${origin}/${tenant}/v2.0`, profilePhotoSize: 48 }),
  github: (origin, c) => github({ ...c, enterprise: { baseUrl: origin } }),
  gitlab: (origin, c) =>
    gitlab({ ...c, authorization: `${origin}/oauth/authorize?scope=read_user`, token: `${origin}/oauth/token`, userinfo: `${origin}/api/v4/user` }),
  google: (origin, c) => google({ ...c, issuer: origin }),
  keycloak: (origin, c) => keycloak({ ...c, issuer: `${origin}/realms/demo` }),
  okta: (origin, c) => okta({ ...c, issuer: `${origin}/oauth2/default` }),
  slack: (origin, c) => slack({ ...c, issuer: origin }),
}
export const providers = Object.keys(made)

// The profile of Entra ID gets the person's photo from a URL that is no setting.
const send = globalThis.fetch
const elsewhere = 'https://graph.microsoft.com'

export async function signIn(Auth, name, origin, callback, client) {
  globalThis.fetch = (url, ...rest) => send(String(url).startsWith(elsewhere) ? origin + String(url).slice(elsewhere.length) : url, ...rest)
  const base = new URL(callback).origin
  let account
  const config = {
    secret: 'the secret of this test', trustHost: true, basePath: '/auth', providers: [made[name](origin, client)],
    callbacks: { jwt: (o) => ((account = o.account ?? account), o.token) },
    logger: { error: (e) => { throw e }, warn() {}, debug() {} },
  }
  const id = config.providers[0].id
  const cookies = new Map()
  const ask = async (path, body) => {
    const headers = { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; ') }
    const answer = await Auth(new Request(`${base}${path}`, { method: body ? 'POST' : 'GET', headers, body: body && new URLSearchParams(body) }), config)
    for (const one of answer.headers.getSetCookie()) {
      const [, key, value] = one.match(/^([^=]+)=([^;]*)/)
      cookies.set(key, value)
    }
    return answer
  }
  const { csrfToken } = await (await ask('/auth/csrf')).json()
  const started = await ask(`/auth/signin/${id}`, { csrfToken, callbackUrl: base })
  const asked = await fetch(started.headers.get('location'), { redirect: 'manual' })
  const html = await asked.text()
  const location = asked.headers.get('location')
  const back = `/auth/callback/${id}`
  if (location) {
    assert.ok(location.startsWith(base + back), `no way back to the client: ${location}`)
    await ask(location.slice(base.length))
  } else {
    const unescape = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
    const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map((m) => [m[1], unescape(m[2])])
    assert.ok(fields.some(([key]) => key === 'code'), `no form with a code: ${asked.status} ${html}`)
    await ask(back, Object.fromEntries(fields))
  }
  const session = await (await ask('/auth/session')).json()
  assert.ok(session?.user, `nobody is signed in with ${name}`)
  return { user: session.user, account }
}
