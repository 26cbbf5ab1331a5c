// The mock's pages in a headless Chromium: node pages.mjs ORIGIN [SCREENSHOT_FOLDER]. The mock runs at ORIGIN with its
// demo clients, sign-in by page and the inspector on. The driver is the one that clients/oidc-client-ts locks.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import path from 'node:path'

const [origin, pictures] = process.argv.slice(2)
const locked = new URL('../../clients/oidc-client-ts/package.json', import.meta.url)
const puppeteer = createRequire(locked)('puppeteer-core')

const browser = await puppeteer.launch({
  executablePath: process.env.ASSAY_CHROMIUM,
  pipe: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-dev-shm-usage',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})

// A page that fails the test if it violates its own policy, throws, or sends a request to another host than the mock.
async function open(url) {
  const context = await browser.createBrowserContext()
  const page = await context.newPage()
  await page.setViewport({ width: 1280, height: 1000 })
  page.wrong = []
  page.callbacks = []
  page.on('console', (m) => m.type() === 'error' && page.wrong.push(m.text()))
  page.on('pageerror', (e) => page.wrong.push(String(e)))
  await page.setRequestInterception(true)
  page.on('request', (request) => {
    const to = request.url()
    if (to.startsWith('http://localhost:8765/callback')) {
      page.callbacks.push(new URL(to).searchParams)
      request.respond({ status: 200, contentType: 'text/html', body: '<link rel="icon" href="data:,"><title>client</title>' })
    } else {
      if (!to.startsWith(`${origin}/`) && !to.startsWith('data:')) page.wrong.push(`asked ${to}`)
      request.continue()
    }
  })
  await page.goto(url)
  return page
}

// `expected`: errors that the page is meant to report, whenever they come.
async function done(page, name, expected = /^$/) {
  if (pictures) await page.screenshot({ path: path.join(pictures, `${name}.png`), fullPage: true })
  assert.deepEqual(page.wrong.filter((one) => !expected.test(one)), [], name)
  console.log(`ok ${name}`)
  await page.browserContext().close()
}

const text = (page, selector = 'body') => page.$eval(selector, (e) => e.innerText)
const focused = (page) => page.evaluate(() => document.activeElement.outerHTML)

// For screen readers: a language, one h1, a name for each control.
async function accessible(page) {
  const bare = await page.evaluate(() => ({
    lang: document.documentElement.lang,
    h1: document.querySelectorAll('h1').length,
    unnamed: [...document.querySelectorAll('input:not([type=hidden]), textarea, button, a')].filter(
      (e) => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')),
    ).length,
  }))
  assert.deepEqual(bare, { lang: 'en', h1: 1, unnamed: 0 })
}

async function tabTo(page, what) {
  for (let n = 0; n < 30; n += 1) {
    await page.keyboard.press('Tab')
    if (what.test(await focused(page))) return
  }
  assert.fail(`the Tab key does not reach ${what}`)
}

const verifier = randomBytes(32).toString('base64url')
const challenge = createHash('sha256').update(verifier).digest('base64url')
const redirect_uri = 'http://localhost:8765/callback'
const metadata = await (await fetch(`${origin}/.well-known/openid-configuration`)).json()
const request = new URLSearchParams({
  response_type: 'code',
  client_id: 'demo-web',
  redirect_uri,
  scope: 'openid email',
  state: 'my-state',
  code_challenge: challenge,
  code_challenge_method: 'S256',
  prompt: 'consent', // each time, also with remembered consent
})
const basic = { Authorization: `Basic ${btoa('demo-web:demo-web-secret')}` }
const redeem = async (code, code_verifier) =>
  (
    await fetch(metadata.token_endpoint, {
      method: 'POST',
      headers: basic,
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri, code_verifier }),
    })
  ).json()

async function index() {
  const page = await open(`${origin}/`)
  await accessible(page)
  assert.match(await text(page), /demo-web/)
  await page.click('a[href$="/inspector/"]')
  await page.waitForSelector('#steps')
  await done(page, 'index')
}

async function signInByKeyboard() {
  const page = await open(`${metadata.authorization_endpoint}?${request}`)
  await accessible(page)
  await tabTo(page, /type="radio"/)
  await page.keyboard.press('Space')
  await tabTo(page, /<button/)
  if (pictures) await page.screenshot({ path: path.join(pictures, 'sign-in.png') })
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  await accessible(page)
  assert.match(await text(page, 'h1'), /asks for access/)
  if (pictures) await page.screenshot({ path: path.join(pictures, 'consent.png') })
  await tabTo(page, /value="allow"/)
  await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  assert.equal(page.callbacks.length, 1)
  assert.equal(page.callbacks[0].get('state'), 'my-state')
  assert.ok(page.callbacks[0].get('code'))
  await done(page, 'sign-in by keyboard')
  return page.callbacks[0].get('code')
}

async function deny() {
  const page = await open(`${metadata.authorization_endpoint}?${request}`)
  await page.click('input[type=radio]')
  await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')])
  await Promise.all([page.waitForNavigation(), page.click('button[value=deny]')])
  assert.equal(page.callbacks[0].get('error'), 'access_denied')
  await done(page, 'deny')
}

// Where any_user is on: a name that nobody has, with claims.
async function stranger() {
  const page = await open(`${metadata.authorization_endpoint}?${request}&login_hint=zoe`)
  if ((await page.$('[name=any_user]')) === null) return done(page, 'no strangers here')
  await accessible(page)
  assert.equal(await page.$eval('[name=any_user]', (e) => e.value), 'zoe')
  const submit = () => Promise.all([page.waitForNavigation(), page.click('button[type=submit]')])
  await page.type('[name=claims]', '{"roles": ["admin"]')
  await submit()
  await accessible(page)
  assert.match(await text(page, '[role=alert]'), /the claims are not JSON/)
  if (pictures) await page.screenshot({ path: path.join(pictures, 'stranger.png') })
  assert.equal(await page.$eval('[name=any_user]', (e) => e.value), 'zoe', 'what was typed is still there')
  await page.focus('[name=claims]')
  await page.keyboard.press('End')
  await page.keyboard.type('}')
  await submit()
  assert.match(await text(page), /signed in as zoe/)
  await page.click('[value=allow]')
  await page.waitForFunction(() => document.title === 'client')
  const { id_token } = await redeem(page.callbacks[0].get('code'), verifier)
  assert.deepEqual(JSON.parse(Buffer.from(id_token.split('.')[1], 'base64url')).roles, ['admin'])
  await done(page, 'stranger', /status of 400/)
}

async function errorPage() {
  const page = await open(`${metadata.authorization_endpoint}?client_id=nobody&response_type=code`)
  await accessible(page)
  assert.match(await text(page), /RFC/)
  await done(page, 'error', /status of 4/)
}

// "Sign in as demo-web" on the index ends in tokens that are judged, and in what can be done with them.
async function signInAtClientPage(page) {
  await page.waitForSelector('input[type=radio]')
  await page.click('input[type=radio]')
  await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')])
  const allow = await page.$('button[value=allow]')
  if (allow) await allow.click() // else remembered
  await page.waitForSelector('#actions:not([hidden]) button')
}

async function clientPage() {
  const page = await open(`${origin}/`)
  await page.click('a[href$="/client/?client_id=demo-web#sign-in"]')
  await signInAtClientPage(page)
  assert.match(page.url(), /\/client\/$/, 'the code is not left in the address')
  await accessible(page)
  const shown = await text(page, '#steps')
  for (const part of ['Callback', 'Metadata', 'ID Token', 'The signature verifies', 'Access token']) assert.ok(shown.includes(part), part)
  assert.ok(!shown.includes('✗'), 'every comparison holds')
  const step = (words) =>
    page.waitForFunction((w) => [...document.querySelectorAll('#steps section')].some((e) => w.every((one) => e.innerText.includes(one))), {}, words)
  const press = (title) => page.evaluate((t) => [...document.querySelectorAll('#actions button')].find((b) => b.textContent === t).click(), title)
  await press('UserInfo')
  await step(['UserInfo', '200', 'sub'])
  await press('Refresh')
  await step(['Refresh', '200', 'access_token'])
  if (pictures) await page.screenshot({ path: path.join(pictures, 'client.png'), fullPage: true })
  // An answer to a request that this tab did not make is not taken.
  await page.goto(`${origin}/client/?code=stolen&state=foreign`)
  await step(['Callback', 'began no sign-in'])
  assert.ok(!(await text(page, '#steps')).includes('Token'), 'nothing was redeemed')
  // A fault in the URL shows in the tokens.
  await page.goto(`${origin}/f/id_token_aud_wrong/client/?client_id=demo-web#sign-in`)
  await signInAtClientPage(page)
  const audience = await page.evaluate(() => [...document.querySelectorAll('tr')].find((e) => e.firstChild.textContent === 'aud').innerText)
  assert.match(audience, /✗/)
  await done(page, 'client page')
}

const stepWith = (page, words) =>
  page.waitForFunction(
    (wanted) => [...document.querySelectorAll('#steps > li')].find((e) => wanted.every((w) => e.innerText.includes(w))),
    {},
    words,
  )

// Not at its place on the screen: a step that comes in between moves it away under the pointer.
const unfold = (step) => step.evaluate((e) => e.querySelector('summary').click())

async function inspector() {
  const page = await open(`${origin}/inspector/`)
  await accessible(page)
  await page.waitForFunction(() => document.getElementById('live').textContent.startsWith('Live'))
  const before = await page.$$eval('#steps > li', (all) => all.length)
  const code = await signInByKeyboard()
  await page.waitForFunction((n) => document.querySelectorAll('#steps > li').length > n + 2, {}, before)

  // A challenge that was hashed from another verifier, then the right one.
  await redeem(code, `${verifier}-not`)
  const refused = await stepWith(page, ['refused: invalid_grant'])
  await unfold(refused)
  assert.match(await refused.evaluate((e) => e.innerText), /RFC 7636 §4\.6/)
  assert.match(await refused.evaluate((e) => e.innerText), /They differ/)

  const tokens = await redeem(await signInByKeyboard(), verifier)
  assert.ok(tokens.access_token, JSON.stringify(tokens))
  const good = await stepWith(page, ['token', '200 OK'])
  await unfold(good)
  const shown = await good.evaluate((e) => e.innerText)
  assert.match(shown, /BASE64URL\(SHA256\(ASCII\(code_verifier\)\)\) == code_challenge/)
  assert.ok(shown.includes(challenge) && shown.includes('They are the same'))
  assert.match(shown, /ID Token/)
  assert.match(shown, /The signature verifies/)
  assert.ok(shown.includes(metadata.issuer))

  const whole = await page.content()
  for (const secret of [tokens.access_token, tokens.refresh_token, tokens.id_token, 'demo-web-secret', code]) {
    assert.ok(!whole.includes(secret), `the page holds a secret: ${secret}`)
  }
  await page.click('#only-refused')
  assert.equal(await good.evaluate((e) => e.checkVisibility()), false)
  assert.equal(await refused.evaluate((e) => e.checkVisibility()), true)
  await page.click('#only-refused')
  await done(page, 'inspector')
}

async function hostileNames() {
  const page = await open(`${origin}/inspector/`)
  await page.waitForFunction(() => document.getElementById('live').textContent.startsWith('Live'))
  await fetch(`${origin}/<img src=x onerror=alert(1)>?a=<script>document.title='owned'</script>`)
  await stepWith(page, ['other'])
  assert.equal(await page.$$eval('#steps img, #steps script', (all) => all.length), 0)
  assert.equal(await page.title(), 'Inspector')
  await done(page, 'what clients send is text')
}

// A page that a fault wrote: its scripts never run, whatever else the fault sends, and a changed page can still sign in.
async function faultPages() {
  const script = encodeURIComponent(`<title>page</title><script>document.title='owned'</script><img src=x onerror="document.title='owned'">`).replaceAll('/', '%2F')
  const open_policy = encodeURIComponent('{"Content-Security-Policy":"script-src \'unsafe-inline\'"}')
  for (const fault of [
    `body_replace=${script}@authorize`,
    `body_replace=${script}@authorize~http_header_set=${open_policy}@authorize`,
    `body_replace=${script}@authorize~http_header_drop=%5B%22Content-Security-Policy%22%5D@authorize`,
  ]) {
    const page = await open(`${origin}/`)
    await page.goto(`${origin}/f/${fault}${new URL(metadata.authorization_endpoint).pathname}?${request}`)
    assert.equal(await page.title(), 'page', 'the page of the fault is shown')
    await done(page, 'no script of a fault runs', /sandboxed|Content Security Policy|404|401/)
  }
  const page = await open(`${origin}/`)
  await page.goto(`${origin}/f/body_append=%3Cp%3Emore%3C%2Fp%3E@authorize${new URL(metadata.authorization_endpoint).pathname}?${request}`)
  assert.match(await text(page), /more/)
  await page.click('input[type=radio]')
  await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')])
  assert.match(await text(page, 'h1'), /demo-web/i, 'the sign-in has its cookie')
  await done(page, 'a changed page signs in')
}

// A phone: nothing is wider than the screen, so that no sideways scrolling is needed.
async function narrow() {
  const page = await open(`${origin}/`)
  await page.setViewport({ width: 320, height: 640 })
  const fits = async (what) => {
    const { scrollWidth } = await page.evaluate(() => ({ scrollWidth: document.documentElement.scrollWidth }))
    assert.ok(scrollWidth <= 320, `${what} is ${scrollWidth} wide`)
  }
  for (const at of ['/', '/f/', '/inspector/', '/client/', '/f/token_status/']) {
    await page.goto(`${origin}${at}`)
    await accessible(page)
    await fits(at)
  }
  await page.goto(`${metadata.authorization_endpoint}?${request}`)
  await fits('sign-in')
  await page.evaluate(() => {
    document.querySelector('label span').textContent = 'x'.repeat(80)
  })
  await fits('sign-in with a long name')
  await page.click('input[type=radio]')
  await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')])
  await fits('consent')
  await done(page, 'narrow')
}

try {
  for (const one of [index, narrow, signInByKeyboard, stranger, deny, errorPage, inspector, hostileNames, faultPages, clientPage]) await one()
} finally {
  await browser.close()
}
