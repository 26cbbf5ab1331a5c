// Shared by the Passport applications: runs one strategy on one request, as Express would.
import querystring from 'node:querystring'
import { Refusal } from './adapter.mjs'

/**
 * passport.authenticate() with a callback of the application, as in its documentation. Returns the URL of a redirect,
 * or the user the strategy's verify function made. Refusals of the strategy are errors.
 */
export function authenticate(passport, strategy, party, session, { req, url }) {
  req.session = session
  req.query = querystring.parse(url.search.slice(1)) // as Express does: a repeated parameter is a list
  return new Promise((resolve, reject) => {
    const done = (err, user, info) => {
      if (err) reject(err)
      else if (!user) reject(new Refusal('authentication_failed', info?.message ?? 'no reason given'))
      else resolve(user)
    }
    // A redirect is written on the response; adapter.mjs sends it.
    const response = {
      setHeader: (name, value) => name === 'Location' && resolve(value),
      end: () => undefined,
    }
    passport.authenticate(strategy, { session: false, extra: party.extra }, done)(req, response, reject)
  })
}

/** The server's error code, which the strategies keep in `code`. */
export function explain(err) {
  return err.name === 'AuthorizationError' || err.name === 'TokenError' ? { error: err.code } : {}
}
