// @fastify/oauth2 as in its README: the plugin has the login URL, makes the state and compares it in the callback. One
// Fastify instance for each relying party, as the plugin is configured at start.
import oauth2 from '@fastify/oauth2'
import cookie from '@fastify/cookie'
import Fastify from 'fastify'
import { hostsAndPaths, lockedVersion, report, serve } from '../shared/node/adapter.mjs'

async function fastifyOf(party) {
  const app = Fastify()
  await app.register(cookie)
  await app.register(oauth2, {
    name: 'sso',
    scope: party.scope.split(' '),
    credentials: {
      client: { id: party.client_id, secret: party.client_secret },
      auth: await hostsAndPaths(party),
    },
    startRedirectPath: '/login',
    callbackUri: party.redirect_uri,
  })
  app.get('/callback', async (request) => {
    const { token } = await app.sso.getAccessTokenFromAuthorizationCodeFlow(request)
    return token
  })
  await app.ready()
  return app
}

// Passes the browser's request to the party's own Fastify instance; `res` gets its cookies.
async function ask(party, path, { req, res }) {
  party.fastify ??= await fastifyOf(party)
  const answer = await party.fastify.inject({ url: path, headers: { cookie: req.headers.cookie ?? '' } })
  const cookies = [answer.headers['set-cookie'] ?? []].flat()
  for (const one of cookies) res.appendHeader('set-cookie', one)
  return answer
}

async function login(party, session, exchange) {
  return (await ask(party, '/login', exchange)).headers.location
}

async function callback(party, session, exchange) {
  const answer = await ask(party, `/callback${exchange.url.search}`, exchange)
  if (answer.statusCode !== 200) throw new Error(answer.json().message)
  return report(answer.json())
}

serve({
  library: '@fastify/oauth2',
  version: lockedVersion(import.meta.url, '@fastify/oauth2'),
  legs: { login, callback },
})
