// oauth2-mock-server: a key, a port; access token and id_token are signed at every exchange and refresh.
import { OAuth2Server } from 'oauth2-mock-server';

const server = new OAuth2Server();
await server.issuer.keys.generate(process.argv[3]);
await server.start(Number(process.argv[2]), '127.0.0.1');
