// oidc-provider with its own interaction pages, as a server under test. None of its checks is switched off. The
// configuration is what every deployment needs: clients, an account, the claims of scopes, and the enabled features.
import http from 'node:http'
import { readFileSync } from 'node:fs'
import Provider from 'oidc-provider'

const lock = JSON.parse(readFileSync(new URL('package-lock.json', import.meta.url), 'utf8'))
const version = lock.packages['node_modules/oidc-provider'].version

const redirect_uris = ['http://localhost:8765/callback', 'http://localhost:8765/other']
const grant_types = ['authorization_code', 'refresh_token']
const clients = [
  { client_id: 'web', client_secret: 'web-secret', token_endpoint_auth_method: 'client_secret_basic' },
  { client_id: 'post', client_secret: 'post-secret', token_endpoint_auth_method: 'client_secret_post' },
  { client_id: 'second', client_secret: 'second-secret', token_endpoint_auth_method: 'client_secret_basic' },
  { client_id: 'spa', token_endpoint_auth_method: 'none' },
].map((client) => ({ ...client, redirect_uris, grant_types, response_types: ['code'] }))

const configuration = {
  clients,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  scopes: ['openid', 'email', 'profile', 'offline_access'],
  features: {
    introspection: { enabled: true },
    revocation: { enabled: true },
    registration: { enabled: true },
    registrationManagement: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true },
  },
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  findAccount: async (ctx, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: id }),
  }),
}

const server = http.createServer()
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`
  server.on('request', new Provider(issuer, configuration).callback())
  console.log(JSON.stringify({ ready: true, issuer, server: 'oidc-provider', version }))
})
process.on('SIGTERM', () => process.exit(0))
process.stdin.on('end', () => process.exit(0)).resume()
