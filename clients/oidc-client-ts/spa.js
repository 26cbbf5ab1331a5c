// The page: oidc-client-ts' UserManager as its documentation has it. `settings` comes with the page.
/* global oidc, settings */
const manager = new oidc.UserManager({
  authority: settings.issuer,
  client_id: settings.client_id,
  redirect_uri: settings.redirect_uri,
  scope: settings.scope,
  // Without a refresh token the library tries a hidden frame; nobody waits ten seconds for that.
  silentRequestTimeoutInSeconds: 4,
})

function told(user) {
  return {
    token_type: user.token_type,
    scope: user.scope ?? null,
    expires_in: user.expires_in ?? null,
    access_token: user.access_token,
    refresh_token: user.refresh_token ?? null,
    claims: user.profile ?? null,
    userinfo: null,
  }
}

// What a click on the page's buttons does.
const legs = {
  login: () =>
    manager.signinRedirect({
      nonce: settings.nonce ? crypto.randomUUID() : undefined,
      extraQueryParams: settings.extra,
    }),
  callback: async () => told(await manager.signinRedirectCallback()),
  refresh: async () => {
    const user = await manager.signinSilent()
    if (!user) throw new Error('nobody is signed in')
    return told(user)
  },
}

// An error does not cross the border of the browser; what it says does.
globalThis.click = async (leg) => {
  try {
    return { user: await legs[leg]() }
  } catch (err) {
    return { error: { name: err.name, message: err.message, error: err.error ?? undefined } }
  }
}
