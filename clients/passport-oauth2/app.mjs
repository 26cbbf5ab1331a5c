// A web application that fetches tokens with Passport and passport-oauth2, driven by Assay (clients/README.md has the
// contract). The strategy keeps state and code_verifier in req.session (`state` and `pkce` switch that on) and redeems the
// code; the application configures the endpoints and passes the request as Express would.
import passport from 'passport'
import OAuth2Strategy from 'passport-oauth2'
import { endpoints, lockedVersion, report, serve } from '../shared/node/adapter.mjs'
import { authenticate as runStrategy, explain } from '../shared/node/passport.mjs'

// Strategies for one provider override this to add the provider's own parameters.
class ProviderStrategy extends OAuth2Strategy {
  authorizationParams({ extra }) {
    return { ...extra }
  }
}

async function strategyOf(party) {
  if (party.strategy) return party.strategy
  const metadata = await endpoints(party)
  party.strategy = new ProviderStrategy(
    {
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      clientID: party.client_id,
      clientSecret: party.client_secret,
      callbackURL: party.redirect_uri,
      scope: party.scope.split(' '),
      state: true,
      pkce: true,
    },
    (accessToken, refreshToken, params, profile, done) => done(null, { tokens: params }),
  )
  return party.strategy
}

async function authenticate(party, session, exchange) {
  return runStrategy(passport, await strategyOf(party), party, session, exchange)
}

serve({
  library: 'passport-oauth2',
  version: lockedVersion(import.meta.url, 'passport-oauth2'),
  legs: {
    login: authenticate,
    callback: async (...leg) => report((await authenticate(...leg)).tokens),
  },
  explain,
})
