// oidc-provider with its in-memory adapter: a JWT access token and an id_token at every exchange and refresh. /authorize
// is a stand-in that saves a real Grant and AuthorizationCode (its own pages want a person), so it costs less than theirs.
import { generateKeyPairSync } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const alg = process.argv[3];
const { privateKey } = alg === 'RS256' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ec', { namedCurve: 'P-256' });
const redirectUri = 'http://127.0.0.1:9/cb';
const scope = 'openid offline_access';
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg, kid: '1' }] },
  cookies: { keys: ['bench'] },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true, defaultResource: () => 'urn:api', useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'api', accessTokenFormat: 'jwt', jwt: { sign: { alg } } }),
    },
  },
  issueRefreshToken: async () => true,
  scopes: ['openid', 'offline_access', 'api'],
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  clients: [{
    client_id: 'c1', client_secret: 's1', grant_types: ['authorization_code', 'refresh_token'], redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: alg,
  }],
});
provider.use(async (ctx, next) => {
  if (ctx.path !== '/authorize') return next();
  const client = await provider.Client.find('c1');
  const grant = new provider.Grant({ accountId: 'u1', clientId: 'c1' });
  grant.addOIDCScope(scope);
  grant.addResourceScope('urn:api', 'api');
  const code = await new provider.AuthorizationCode({
    accountId: 'u1', authTime: Math.floor(Date.now() / 1000), client, grantId: await grant.save(), gty: 'authorization_code', redirectUri,
    scope: `${scope} api`, resource: 'urn:api', sessionUid: 's', expiresWithSession: false, claims: {},
    codeChallenge: ctx.query.code_challenge, codeChallengeMethod: 'S256',
  }).save();
  ctx.status = 302;
  ctx.set('Location', `${redirectUri}?code=${code}`);
});
provider.listen(port, '127.0.0.1');
