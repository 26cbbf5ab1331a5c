// jwt-simple behind simple-oauth2. The application requires RS256 by decode()'s fourth parameter; a release without this
// parameter uses the alg of the token.
import jwt from 'jwt-simple'
import { AuthorizationCode } from 'simple-oauth2'
import { lockedVersion } from '../shared/node/adapter.mjs'
import { serveVerifier } from '../shared/node/verifier.mjs'

serveVerifier({
  AuthorizationCode,
  library: 'jwt-simple',
  version: lockedVersion(import.meta.url, 'jwt-simple'),
  verify: (idToken, key) => jwt.decode(idToken, key, false, 'RS256'),
})
