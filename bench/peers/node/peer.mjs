// fast-jwt with its cache off (the same token again would measure a hash map), and jose with sixteen in flight.
import { readFileSync } from 'node:fs';
import { createPublicKey, createSecretKey } from 'node:crypto';
import { createVerifier } from 'fast-jwt';
import { jwtVerify } from 'jose';

const dir = process.argv[2];
const read = (name) => readFileSync(`${dir}/${name}`);
const issuer = 'https://op.example.com/tenant-1';
const audience = 's6BhdRkqt3.client.example';
const cpuSeconds = () => { const u = process.cpuUsage(); return (u.user + u.system) / 1e6; };

async function measure(alg, name, accepts) {
  const good = read(`${alg}.jwt`).toString();
  for (const forged of ['claims', 'signature']) {
    if (await accepts(read(`${alg}.${forged}.jwt`).toString())) throw new Error(`${name} ${alg}: a forgery was accepted`);
  }
  for (let i = 0; i < 200; i++) if (!await accepts(good)) throw new Error(`${name} ${alg}: a good token was refused`);
  const start = cpuSeconds();
  const wall = performance.now();
  let done = 0;
  while (performance.now() - wall < 400) {
    if (name === 'jose') {
      await Promise.all(Array.from({ length: 16 }, () => accepts(good)));
      done += 16;
    } else {
      for (let i = 0; i < 50; i++) accepts(good);
      done += 50;
    }
  }
  console.log(`${alg}\t${name}\t${(done / (cpuSeconds() - start)).toFixed(1)}`);
}

for (const [alg, file] of [['RS256', 'rsa'], ['PS256', 'rsa'], ['ES256', 'es'], ['EdDSA', 'ed'], ['HS256', null]]) {
  const key = file ? read(`${file}.pub.pem`).toString() : read('hs.key');
  const verify = createVerifier({ key, algorithms: [alg], allowedIss: issuer, allowedAud: audience, cache: false });
  await measure(alg, 'fast-jwt', (token) => { try { verify(token); return true; } catch { return false; } });
  const object = file ? createPublicKey(key) : createSecretKey(key);
  const options = { issuer, audience, algorithms: [alg] };
  await measure(alg, 'jose', (token) => jwtVerify(token, object, options).then(() => true, () => false));
}
