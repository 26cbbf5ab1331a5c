// An OAuth client in the browser, for the page at {issuer}/client/. It keeps what it must remember between the request and
// the callback in sessionStorage, judges the callback, and shows each exchange. Tokens are taken apart by the server,
// which escapes the HTML; all else is inserted as text.
const form = document.getElementById('request')
const steps = document.getElementById('steps')
const actions = document.getElementById('actions')
const storage = 'assay client'
// The issuer of this page; after a callback that of the page which began, as a fault issuer's clients are called back
// at the issuer that it is a copy of.
let at = form.dataset

const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))
const s256 = async (text) => base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))))

function element(name, text, properties = {}) {
  const out = Object.assign(document.createElement(name), properties)
  if (text !== undefined) out.textContent = text
  return out
}

function show(title, ...content) {
  const section = element('section')
  section.append(element('h3', title), ...content)
  steps.append(section)
  section.scrollIntoView({ block: 'nearest' })
  return section
}

const sentence = (text, className) => element('p', text, { className })

// One line a parameter: name, value, and where `judge` knows better, whether it is what it should be.
function table(entries, judge = () => undefined) {
  const out = element('table')
  for (const [name, value] of entries) {
    const row = element('tr')
    const cell = element('td')
    cell.append(element('code', value))
    const verdict = judge(name, value)
    if (verdict !== undefined) cell.append(' ', element('span', verdict ? '✓' : '✗', { className: verdict ? 'yes' : 'no' }))
    row.append(element('th', name, { scope: 'row' }), cell)
    out.append(row)
  }
  return out
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

// A long document is folded.
function shownDocument(body) {
  const text = pretty(body)
  const whole = element('pre', text)
  if (text.split('\n').length < 30) return whole
  const folded = element('details', undefined, { className: 'lines' })
  folded.append(element('summary', `${text.split('\n').length} lines`), whole)
  return folded
}

// Sends a request, shows it and its answer. Returns the JSON of a successful answer, else undefined.
async function exchange(title, url, options = {}) {
  const method = options.method ?? 'GET'
  const lines = [`${method} ${url}`]
  for (const [name, value] of Object.entries(options.headers ?? {})) lines.push(`${name}: ${value}`)
  if (options.body) lines.push('', ...String(options.body).split('&'))
  let answer
  let body
  try {
    answer = await fetch(url, { credentials: 'omit', cache: 'no-store', ...options })
    body = await answer.text()
  } catch (e) {
    const elsewhere = new URL(url, location.href).origin !== location.origin
    const why = elsewhere ? 'This page may only ask its own origin; use another client for this endpoint.' : String(e)
    show(title, element('pre', lines.join('\n')), sentence(`No answer. ${why}`, 'bad'))
    return undefined
  }
  const status = sentence(`${answer.status} ${answer.statusText}`, answer.ok ? 'yes' : 'no')
  const challenge = answer.headers.get('WWW-Authenticate')
  const told = challenge ? [element('pre', `WWW-Authenticate: ${challenge}`)] : []
  show(title, element('pre', lines.join('\n')), status, ...told, shownDocument(body))
  if (!answer.ok) return undefined
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

let discovered
async function discover() {
  discovered ??= await exchange('Metadata', at.metadata)
  return discovered ?? {}
}

// RFC 6749 §2.3.1: id and secret are form-encoded before base64.
function authenticated(kept, parameters) {
  const body = new URLSearchParams(parameters)
  const headers = {}
  if (kept.method === 'client_secret_basic') {
    const encoded = (text) => new URLSearchParams([['', text]]).toString().slice(1)
    headers.Authorization = `Basic ${btoa(`${encoded(kept.client_id)}:${encoded(kept.client_secret)}`)}`
  } else {
    body.set('client_id', kept.client_id)
    if (kept.method === 'client_secret_post') body.set('client_secret', kept.client_secret)
  }
  return { method: 'POST', headers, body }
}

async function judgeTokens(kept, tokens) {
  const body = new URLSearchParams({ client_id: kept.client_id, nonce: kept.nonce })
  for (const name of ['id_token', 'access_token']) if (typeof tokens[name] === 'string') body.set(name, tokens[name])
  const answer = await fetch(`${at.page}tokens`, { method: 'POST', body })
  steps.insertAdjacentHTML('beforeend', await answer.text())
}

function action(title, run) {
  const button = element('button', title, { type: 'button', className: 'quiet' })
  button.addEventListener('click', run)
  actions.append(button)
}

// What can be done with tokens. A refresh gives others, so that the buttons are made anew.
async function offer(kept, tokens) {
  const metadata = await discover()
  actions.replaceChildren()
  actions.hidden = false
  const bearer = { headers: { Authorization: `Bearer ${tokens.access_token}` } }
  if (tokens.refresh_token) {
    action('Refresh', async () => {
      const asked = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }
      const fresh = await exchange('Refresh', metadata.token_endpoint, authenticated(kept, asked))
      if (!fresh) return
      await judgeTokens({ ...kept, nonce: '' }, fresh)
      await offer(kept, { ...tokens, ...fresh })
    })
  }
  if (metadata.userinfo_endpoint) action('UserInfo', () => exchange('UserInfo', metadata.userinfo_endpoint, bearer))
  for (const url of JSON.parse(at.resources)) action(`GET ${new URL(url).pathname}`, () => exchange('Resource', url, bearer))
  if (metadata.introspection_endpoint)
    action('Introspect', () =>
      exchange('Introspection', metadata.introspection_endpoint, authenticated(kept, { token: tokens.access_token })))
  if (metadata.revocation_endpoint)
    action('Revoke', () =>
      exchange('Revocation', metadata.revocation_endpoint, authenticated(kept, { token: tokens.refresh_token ?? tokens.access_token })))
  if (metadata.end_session_endpoint && tokens.id_token)
    action('Sign out', () => {
      const asked = { id_token_hint: tokens.id_token, client_id: kept.client_id, post_logout_redirect_uri: at.redirectUri, state: 'signed-out' }
      location.assign(`${metadata.end_session_endpoint}?${new URLSearchParams(asked)}`)
    })
}

async function signIn() {
  if (!crypto.subtle) {
    show('Sign-in', sentence('PKCE needs SHA-256, which browsers only have on https and on loopback: open this page there.', 'bad'))
    return
  }
  const metadata = await discover()
  if (!metadata.authorization_endpoint) return
  const chosen = form.elements.client_id.selectedOptions[0]
  const kept = {
    at: { ...at },
    client_id: chosen.value,
    client_secret: form.elements.client_secret.value,
    method: chosen.dataset.method,
    code_verifier: random(),
    state: random(),
    nonce: random(),
  }
  const asked = new URLSearchParams({
    response_type: 'code',
    client_id: kept.client_id,
    redirect_uri: at.redirectUri,
    scope: form.elements.scope.value,
    state: kept.state,
    nonce: kept.nonce,
    code_challenge: await s256(kept.code_verifier),
    code_challenge_method: 'S256',
  })
  for (const [name, value] of new URLSearchParams(form.elements.further.value)) asked.set(name, value)
  if (asked.has('nonce')) kept.nonce = asked.get('nonce')
  if (asked.has('state')) kept.state = asked.get('state')
  sessionStorage.setItem(storage, JSON.stringify(kept))
  location.assign(`${metadata.authorization_endpoint}?${asked}`)
}

// RFC 6749 §10.12 (state), RFC 9207 §2.4 (iss): a client goes on only if both are right.
async function receive(answer) {
  const kept = JSON.parse(sessionStorage.getItem(storage) ?? 'null')
  history.replaceState(null, '', location.pathname)
  if (kept) at = kept.at
  const judge = (name, value) => {
    if (name === 'state') return value === kept?.state
    if (name === 'iss') return value === at.issuer
    return undefined
  }
  const section = show('Callback', table(answer, judge))
  const wrong = [...answer].filter(([name, value]) => judge(name, value) === false).map(([name]) => name)
  if (kept && !answer.has('state')) wrong.push('state')
  if (!kept) section.append(sentence('This page began no sign-in in this tab, so it does not take the answer.', 'bad'))
  else if (wrong.length) section.append(sentence(`Not taken: ${wrong.join(' and ')} must be what was expected.`, 'bad'))
  else if (answer.has('error')) section.append(sentence(`Refused: ${answer.get('error_description') ?? answer.get('error')}`, 'bad'))
  else if (answer.has('code')) await redeem(kept, answer.get('code'))
}

async function redeem(kept, code) {
  sessionStorage.removeItem(storage)
  const metadata = await discover()
  if (!metadata.token_endpoint) return
  const asked = { grant_type: 'authorization_code', code, redirect_uri: at.redirectUri, code_verifier: kept.code_verifier }
  const tokens = await exchange('Token', metadata.token_endpoint, authenticated(kept, asked))
  if (!tokens) return
  await judgeTokens(kept, tokens)
  if (tokens.access_token) await offer(kept, tokens)
}

function fillIn() {
  const chosen = form.elements.client_id.selectedOptions[0]
  if (!chosen) return
  form.elements.client_secret.value = chosen.dataset.secret
  form.elements.client_secret.disabled = chosen.dataset.method === 'none'
  form.elements.scope.value = chosen.dataset.scope
}

form.addEventListener('submit', (event) => {
  event.preventDefault()
  signIn()
})
form.elements.client_id.addEventListener('change', fillIn)

const query = new URLSearchParams(location.search)
if (query.has('client_id')) form.elements.client_id.value = query.get('client_id')
fillIn()
if (location.hash === '#sign-in') {
  history.replaceState(null, '', location.pathname + location.search)
  signIn()
} else if (query.get('state') === 'signed-out' && !query.has('code')) show('Signed out', sentence('The issuer ended the session.', 'yes'))
else if (query.has('code') || query.has('error')) receive(query)
