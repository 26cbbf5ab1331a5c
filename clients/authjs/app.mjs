// An Express application that signs people in with Auth.js, as its documentation sets it up. It has no adapter for Assay:
// client.yaml names its settings. A user starts at Auth.js' own sign-in page, whose form (with its CSRF token) starts the
// sign-in, and ends at /, which shows the signed-in user. An error leads to a page of the application, set in `pages`.
import { ExpressAuth, getSession } from '@auth/express'
import express from 'express'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, TOKEN_AUTH_METHOD, SCOPE, AUTH_SECRET, PORT } = process.env

const config = {
  secret: AUTH_SECRET,
  trustHost: true,
  pages: { error: '/refused' },
  providers: [
    {
      id: 'assay',
      name: 'Assay',
      type: 'oidc',
      issuer: ISSUER,
      clientId: CLIENT_ID,
      clientSecret: CLIENT_SECRET,
      client: { token_endpoint_auth_method: TOKEN_AUTH_METHOD },
      authorization: { params: { scope: SCOPE } },
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
}

const app = express()
app.use('/auth/*', ExpressAuth(config))
app.get('/refused', (req, res) => res.status(400).json({ refused: req.query.error }))
app.get('/', async (req, res) => {
  const session = await getSession(req, config)
  res.json({ signed_in: session !== null, user: session?.user })
})
app.listen(Number(PORT), 'localhost')
