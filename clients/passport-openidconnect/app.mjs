// A web application that signs people in with Passport and passport-openidconnect, driven by Assay (clients/README.md has
// the contract). The strategy keeps state and nonce in req.session and checks the callback; the application configures the
// endpoints and passes the request as Express would.
import passport from 'passport'
import OpenIDConnectStrategy from 'passport-openidconnect'
import { endpoints, lockedVersion, report, serve } from '../shared/node/adapter.mjs'
import { authenticate as runStrategy, explain } from '../shared/node/passport.mjs'

// "Strategies can override this function in order to populate these parameters": the provider's own parameters.
class ProviderStrategy extends OpenIDConnectStrategy {
  authorizationParams({ extra }) {
    return { ...extra }
  }
}

async function strategyOf(party) {
  if (party.strategy) return party.strategy
  const metadata = await endpoints(party)
  party.strategy = new ProviderStrategy(
    {
      issuer: party.issuer,
      authorizationURL: metadata.authorization_endpoint,
      tokenURL: metadata.token_endpoint,
      userInfoURL: metadata.userinfo_endpoint,
      clientID: party.client_id,
      clientSecret: party.client_secret,
      callbackURL: party.redirect_uri,
      // The strategy adds openid in front.
      scope: party.scope.split(' ').filter((one) => one !== 'openid'),
      nonce: party.nonce !== false,
    },
    // The number of parameters selects the values that the strategy passes.
    (issuer, profile, context, idToken, accessToken, refreshToken, params, done) =>
      done(null, { idToken, tokens: params }),
  )
  return party.strategy
}

async function authenticate(party, session, exchange) {
  return runStrategy(passport, await strategyOf(party), party, session, exchange)
}

async function callback(party, session, exchange) {
  const { idToken, tokens } = await authenticate(party, session, exchange)
  const claims = JSON.parse(Buffer.from(idToken.split('.')[1], 'base64url').toString('utf8'))
  return report(tokens, { claims })
}

serve({
  library: 'passport-openidconnect',
  version: lockedVersion(import.meta.url, 'passport-openidconnect'),
  legs: { login: authenticate, callback },
  explain,
})
