// jsonwebtoken behind simple-oauth2, without `algorithms`: the library decides how verify() uses the token's alg.
import jwt from 'jsonwebtoken'
import { AuthorizationCode } from 'simple-oauth2'
import { lockedVersion } from '../shared/node/adapter.mjs'
import { serveVerifier } from '../shared/node/verifier.mjs'

serveVerifier({
  AuthorizationCode,
  library: 'jsonwebtoken',
  version: lockedVersion(import.meta.url, 'jsonwebtoken'),
  verify: (idToken, key, party) => jwt.verify(idToken, key, { issuer: party.issuer, audience: party.client_id }),
})
