// The control API with fetch: node --input-type=module - http://127.0.0.1:PORT < example.ts
// (TypeScript that is JavaScript as well: no build is needed. tsx, Deno and Bun run the file as it is.)
const control = process.argv[2]

async function ask(method, path, body = undefined) {
  const answer = await fetch(control + path, { method, body: body && JSON.stringify(body) })
  const text = await answer.text()
  if (!answer.ok) throw new Error(JSON.parse(text).message)
  return text ? JSON.parse(text) : undefined
}

// An issuer of our own; its JWK Set fails the first time.
const made = await ask('POST', '/issuers', {
  dialect: 'strict',
  sign_in: 'auto',
  ttl_s: 60,
  faults: ['jwks_status=503@1'],
  clients: [{ client_id: 'app', client_secret: 's3cret', redirect_uris: ['http://localhost:3000/cb'] }],
})
const issuer = `/issuers/${made.name}`

// What a client does.
const metadata = await (await fetch(`${made.issuer}/.well-known/openid-configuration`)).json()
await fetch(metadata.jwks_uri)
await fetch(metadata.jwks_uri)
await fetch(metadata.token_endpoint, {
  method: 'POST',
  headers: { Authorization: `Basic ${btoa('app:s3cret')}` },
  body: new URLSearchParams({ grant_type: 'authorization_code', code: 'guessed' }),
})

// An hour later, by the issuer's clock; then what it saw.
await ask('POST', `${issuer}/clock`, { advance_s: 3600 })
for (const endpoint of ['jwks', 'token']) {
  for (const entry of (await ask('GET', `${issuer}/journal?endpoint=${endpoint}`)).entries) {
    console.log(endpoint, entry.response.status)
    if (entry.refusal) console.log('  refused by', entry.refusal.clause)
  }
}
await ask('DELETE', issuer)
