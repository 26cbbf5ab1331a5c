# frozen_string_literal: true

# A web application that fetches tokens with the oauth2 gem (Debian's package), driven by Assay (clients/README.md has the
# contract). The gem builds the authorization URL, redeems the code and refreshes. The application handles state and the
# callback's parameters as the gem's README does: it passes the code.

gem 'oauth2'
require 'json'
require 'net/http'
require 'oauth2'
require 'securerandom'
require 'webrick'

# One relying party: the harness's configuration, and the gem's client for it.
class Party
  attr_reader :id, :redirect_uri, :sessions

  def initialize(id, origin, wanted)
    @id = id
    @wanted = wanted
    @redirect_uri = "#{origin}/rp/#{id}/callback"
    @sessions = {}
  end

  def [](name)
    @wanted[name]
  end

  # The endpoints an operator would copy from the server's documentation, read from its metadata once.
  def client
    @client ||= begin
      metadata = JSON.parse(Net::HTTP.get(URI("#{self['issuer']}/.well-known/openid-configuration")))
      OAuth2::Client.new(
        self['client_id'], self['client_secret'],
        site: self['issuer'],
        authorize_url: metadata['authorization_endpoint'],
        token_url: metadata['token_endpoint'],
        auth_scheme: self['token_endpoint_auth_method'] == 'client_secret_basic' ? :basic_auth : :request_body
      )
    end
  end
end

# The steps of the contract: login returns a URL, the others the token.
module Legs
  module_function

  def login(party, _session, _query)
    extra = party['extra'] || {}
    state = SecureRandom.urlsafe_base64(24)
    party.client.auth_code.authorize_url(
      { redirect_uri: party.redirect_uri, scope: party['scope'], state: state }.merge(extra)
    )
  end

  def callback(party, session, query)
    session[:token] = party.client.auth_code.get_token(query['code'], redirect_uri: party.redirect_uri)
  end

  def refresh(_party, session, _query)
    raise 'nobody is signed in in this session' unless session[:token]

    session[:token] = session[:token].refresh!
  end
end

# The endpoints of the contract.
class Doors < WEBrick::HTTPServlet::AbstractServlet
  METHODS = { 'login' => 'GET', 'callback' => 'GET', 'refresh' => 'POST' }.freeze

  def initialize(server, parties)
    super(server)
    @parties = parties
  end

  def service(req, res)
    case req.path
    when '/assay/rp' then create(req, res)
    when %r{\A/assay/rp/(\w+)\z} then res.status = @parties.delete(Regexp.last_match(1)) ? 204 : 404
    when %r{\A/rp/(\w+)/(\w+)\z} then leg(req, res, @parties[Regexp.last_match(1)], Regexp.last_match(2))
    else answer(res, 404, error: 'not_found')
    end
  rescue JSON::ParserError => e
    answer(res, 400, error: 'invalid_request', message: e.message)
  end

  private

  def answer(res, status, document)
    res.status = status
    res['Content-Type'] = 'application/json'
    res['Cache-Control'] = 'no-store'
    res.body = JSON.generate(document)
  end

  def create(req, res)
    wanted = JSON.parse(req.body)
    unless Array(wanted['without']).empty?
      return answer(res, 400, error: 'invalid_request', message: 'the oauth2 gem has no validations to switch off')
    end

    id = SecureRandom.hex(8)
    party = @parties[id] = Party.new(id, "http://localhost:#{@config[:Port]}", wanted)
    answer(res, 201, id: id, redirect_uri: party.redirect_uri)
  end

  def session_of(party, req, res)
    cookie = req.cookies.find { |one| one.name == 'session' && party.sessions.key?(one.value) }
    return party.sessions[cookie.value] if cookie

    id = SecureRandom.urlsafe_base64(32)
    res['Set-Cookie'] = "session=#{id}; Path=/rp/#{party.id}; HttpOnly; SameSite=Lax"
    party.sessions[id] = {}
  end

  def leg(req, res, party, name)
    return answer(res, 404, error: 'not_found') unless party && METHODS[name] == req.request_method

    result = Legs.public_send(name, party, session_of(party, req, res), req.query)
    return answer(res, 200, accepted(name, result)) unless name == 'login'

    res.status = 302
    res['Location'] = result
  rescue StandardError => e
    answer(res, 400, rejected(name, e))
  end

  def accepted(name, token)
    {
      outcome: 'accepted', leg: name, token_type: token['token_type'], scope: token['scope'],
      expires_in: token.expires_in, access_token: token.token, refresh_token: token.refresh_token,
      claims: nil, userinfo: nil
    }
  end

  def rejected(name, error)
    # The gem's message is the whole response, in its original encoding.
    message = error.message.to_s.dup.force_encoding(Encoding::UTF_8).scrub[0, 2000]
    document = { outcome: 'rejected', leg: name, code: error.class.name, message: message }
    document[:error] = error.code if error.respond_to?(:code) && error.code.is_a?(String)
    document
  end
end

# Whether a long code is accepted must depend on the gem: WEBrick allows only 2083 bytes of a request line by default.
WEBrick::HTTPRequest.send(:remove_const, :MAX_URI_LENGTH)
WEBrick::HTTPRequest.const_set(:MAX_URI_LENGTH, 65_536)
server = WEBrick::HTTPServer.new(
  BindAddress: '127.0.0.1', Port: 0, AccessLog: [], Logger: WEBrick::Log.new($stderr, WEBrick::Log::WARN)
)
server.config[:Port] = server.listeners.first.addr[1]
server.mount('/', Doors, {})
trap('TERM') { exit!(0) }
Thread.new do
  $stdin.read
  exit!(0)
end
version = Gem.loaded_specs['oauth2'].version
puts JSON.generate(assay_adapter: 1, url: "http://localhost:#{server.config[:Port]}", library: 'oauth2', version: version)
$stdout.flush
server.start
