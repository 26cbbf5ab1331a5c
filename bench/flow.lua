-- wrk: authorize with PKCE -> code -> token (authorization_code) -> token (refresh_token), as many refreshes as
-- exchanges. MODE=refresh: after its first exchange each connection refreshes again and again.
-- MODE=post: a request like the exchange, whatever is answered.
local mode, scope = os.getenv("MODE") or "flow", os.getenv("SCOPE") or "openid%20email"
local head = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local me = "&client_id=c1&client_secret=s1"
local verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
local codes, tokens, threads = {}, {}, {}
authorized, exchanged, refreshed, bad = 0, 0, 0, 0

local function exchange(code)
  return wrk.format("POST", "/token", head, "grant_type=authorization_code&code=" .. code ..
    "&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&code_verifier=" .. verifier .. me)
end

function setup(thread) table.insert(threads, thread) end

function request()
  if mode == "post" then return exchange("SplxlOBeZQQYbYS6WxSbIA") end
  local token = table.remove(tokens)
  if token then return wrk.format("POST", "/token", head, "grant_type=refresh_token&refresh_token=" .. token .. me) end
  local code = table.remove(codes)
  if code then return exchange(code) end
  return wrk.format("GET", "/authorize?response_type=code&client_id=c1&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fcb&state=s&scope=" ..
    scope .. "&code_challenge=" .. challenge .. "&code_challenge_method=S256")
end

function response(status, headers, body)
  if mode == "post" then
    exchanged = exchanged + 1
  elseif status == 302 or status == 303 then
    authorized = authorized + 1
    local code = (headers["Location"] or headers["location"] or ""):match("[?&]code=([^&]+)")
    if code then table.insert(codes, code) else bad = bad + 1 end
  elseif status == 200 then
    local again = mode == "refresh" or exchanged <= refreshed
    if exchanged <= refreshed then exchanged = exchanged + 1 else refreshed = refreshed + 1 end
    local token = again and body:match('"refresh_token"%s*:%s*"([^"]+)"')
    if token then table.insert(tokens, token) elseif again then bad = bad + 1 end
  else
    bad = bad + 1
    if bad == 1 then io.stderr:write("refused: " .. status .. " " .. body:sub(1, 300) .. "\n") end
  end
end

function done(summary, latency)
  local a, t, b = 0, 0, 0
  for _, thread in ipairs(threads) do
    a = a + thread:get("authorized")
    t = t + thread:get("exchanged") + thread:get("refreshed")
    b = b + thread:get("bad")
  end
  io.write(string.format("flow authorized %d tokens %d bad %d seconds %.3f p99_ms %.2f\n", a, t, b, summary.duration / 1e6, latency:percentile(99) / 1e3))
end
