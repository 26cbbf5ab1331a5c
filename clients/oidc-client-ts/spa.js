// The page: oidc-client-ts' UserManager as in its documentation. The page contains `settings`.
/* global oidc, settings */
const manager = new oidc.UserManager({
  authority: settings.issuer,
  client_id: settings.client_id,
  redirect_uri: settings.redirect_uri,
  scope: settings.scope,
  // Without a refresh token the library tries a hidden frame; this shortens its time-out of ten seconds.
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

// The handlers of the page's buttons.
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

// An error object cannot leave the browser, so its members are copied.
globalThis.click = async (leg) => {
  try {
    return { user: await legs[leg]() }
  } catch (err) {
    return { error: { name: err.name, message: err.message, error: err.error ?? undefined } }
  }
}
