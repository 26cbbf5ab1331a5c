// A single-page application that signs people in with oidc-client-ts in a headless Chromium, driven by Assay
// (clients/README.md has the contract). Discovery, the token request and the refresh are the page's own fetches across
// origins; one browser context per user. This program serves the page, and passes its navigations to and from the harness.
import { accessSync, constants, readFileSync } from 'node:fs'
import path from 'node:path'
import puppeteer from 'puppeteer-core'
import { lockedVersion, serve } from '../shared/node/adapter.mjs'

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8')
const files = {
  '': ['text/html', read('index.html')],
  'spa.js': ['text/javascript', read('spa.js')],
  'oidc-client-ts.min.js': [
    'text/javascript',
    read('node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'),
  ],
}

function chromium() {
  for (const folder of process.env.PATH.split(path.delimiter)) {
    try {
      accessSync(path.join(folder, 'chromium'), constants.X_OK)
      return path.join(folder, 'chromium')
    } catch {
      // the next one
    }
  }
  throw new Error('there is no chromium in PATH')
}

const browser = await puppeteer.launch({
  executablePath: chromium(),
  pipe: true,
  // Chromium's sandbox needs user namespaces, which containers often lack; it loads only this page and the mock.
  args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
})

class PageError extends Error {
  constructor({ name, message, error }) {
    super(message)
    this.name = name
    this.error = error
  }
}

async function pageOf(party, session) {
  if (session.page) return session.page
  const context = await browser.createBrowserContext()
  party.contexts.push(context)
  session.page = await context.newPage()
  await session.page.setRequestInterception(true)
  session.page.on('request', (request) => {
    const leaves = request.isNavigationRequest() && request.frame() === session.page.mainFrame()
    if (leaves && !request.url().startsWith(party.home)) {
      session.leave?.(request.url())
      request.abort('aborted')
    } else {
      request.continue()
    }
  })
  return session.page
}

async function click(page, leg) {
  const { user, error } = await page.evaluate((name) => globalThis.click(name), leg)
  if (error) throw new PageError(error)
  return user
}

async function login(party, session) {
  const page = await pageOf(party, session)
  await page.goto(party.home)
  return new Promise((resolve, reject) => {
    session.leave = resolve // the page goes to the authorization endpoint, and the harness continues there
    click(page, 'login').catch(reject)
  })
}

async function callback(party, session, { url }) {
  const page = await pageOf(party, session)
  await page.goto(`${party.home}${url.search}`)
  return click(page, 'callback')
}

async function refresh(party, session) {
  return click(await pageOf(party, session), 'refresh')
}

serve({
  library: 'oidc-client-ts',
  version: lockedVersion(import.meta.url, 'oidc-client-ts'),
  legs: { login, callback, refresh },
  explain: (err) => ({ code: err.name }),
  created: (party, origin) => {
    party.home = `${origin}/page/${party.id}/`
    party.contexts = []
  },
  removed: (party) => Promise.all(party.contexts.map((context) => context.close())),
  page: (party, name) => {
    if (name !== 'settings.js') return files[name]
    const { issuer, client_id, redirect_uri, scope, nonce, extra } = party
    const settings = { issuer, client_id, redirect_uri, scope, nonce, extra }
    return ['text/javascript', `const settings = ${JSON.stringify(settings)}`]
  },
})
