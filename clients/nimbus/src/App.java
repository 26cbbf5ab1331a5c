import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Tokens;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponse;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import java.io.IOException;
import java.net.URI;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;

/**
 * A web application that signs people in with Nimbus' OAuth 2.0 SDK with OpenID Connect extensions, driven by Assay
 * (clients/README.md has the contract). It follows the SDK's guides: requests and responses are objects, the ID Token goes
 * through an IDTokenValidator with the nonce. In the guides the application compares state, not the SDK; so that is left out.
 */
final class App implements Doors.Legs {
    private record Flow(CodeVerifier verifier, Nonce nonce) {}

    private static OIDCProviderMetadata provider(Doors.Party party) throws Exception {
        synchronized (party) {
            if (party.provider == null) party.provider = OIDCProviderMetadata.resolve(new Issuer(party.text("issuer")));
            return (OIDCProviderMetadata) party.provider;
        }
    }

    @Override
    public String login(Doors.Party party, Doors.Session session) throws Exception {
        boolean withNonce = !Boolean.FALSE.equals(party.wanted.get("nonce"));
        Flow flow = new Flow(new CodeVerifier(), withNonce ? new Nonce() : null);
        AuthenticationRequest.Builder request =
                new AuthenticationRequest.Builder(
                                new ResponseType(ResponseType.Value.CODE),
                                Scope.parse(party.text("scope")),
                                new ClientID(party.text("client_id")),
                                new URI(party.redirectUri))
                        .endpointURI(provider(party).getAuthorizationEndpointURI())
                        .state(new State())
                        .nonce(flow.nonce)
                        .codeChallenge(flow.verifier, CodeChallengeMethod.S256);
        if (party.wanted.get("extra") instanceof JSONObject extra) {
            extra.forEach((name, value) -> request.customParameter(name, texts(value)));
        }
        session.flow = flow;
        return request.build().toURI().toString();
    }

    private static String[] texts(Object value) {
        if (!(value instanceof JSONArray list)) return new String[] {String.valueOf(value)};
        return list.stream().map(String::valueOf).toArray(String[]::new);
    }

    private static Doors.Refusal refusal(ErrorObject error) {
        String code = error == null ? null : error.getCode();
        return new Doors.Refusal(code, error == null ? "an error response" : String.valueOf(error.getDescription()));
    }

    private static PrivateKeyJWT assertion(Doors.Party party, ClientID id, URI endpoint) throws Exception {
        ECKey key = ECKey.parse((JSONObject) party.wanted.get("private_key"));
        return new PrivateKeyJWT(id, endpoint, JWSAlgorithm.ES256, key.toPrivateKey(), key.getKeyID(), null);
    }

    private static OIDCTokenResponse redeem(Doors.Party party, AuthorizationGrant grant) throws Exception {
        URI endpoint = provider(party).getTokenEndpointURI();
        ClientID id = new ClientID(party.text("client_id"));
        TokenRequest.Builder request =
                switch (party.text("token_endpoint_auth_method")) {
                    case "none" -> new TokenRequest.Builder(endpoint, id, grant);
                    case "client_secret_post" -> new TokenRequest.Builder(
                            endpoint, new ClientSecretPost(id, new Secret(party.text("client_secret"))), grant);
                    case "private_key_jwt" -> new TokenRequest.Builder(endpoint, assertion(party, id, endpoint), grant);
                    default -> new TokenRequest.Builder(
                            endpoint, new ClientSecretBasic(id, new Secret(party.text("client_secret"))), grant);
                };
        HTTPResponse response = request.build().toHTTPRequest().send();
        TokenResponse parsed = OIDCTokenResponseParser.parse(response);
        if (!parsed.indicatesSuccess()) throw refusal(parsed.toErrorResponse().getErrorObject());
        return (OIDCTokenResponse) parsed.toSuccessResponse();
    }

    private static IDTokenValidator validator(Doors.Party party) throws Exception {
        OIDCProviderMetadata provider = provider(party);
        synchronized (party) {
            if (party.validator == null) {
                party.validator =
                        new IDTokenValidator(
                                provider.getIssuer(),
                                new ClientID(party.text("client_id")),
                                JWSAlgorithm.RS256,
                                provider.getJWKSetURI().toURL());
            }
            return (IDTokenValidator) party.validator;
        }
    }

    private static IDTokenClaimsSet validated(Doors.Party party, OIDCTokenResponse response, Nonce nonce)
            throws Exception {
        return validator(party).validate(response.getOIDCTokens().getIDToken(), nonce);
    }

    private static JSONObject report(Tokens tokens) {
        Scope scope = tokens.getAccessToken().getScope();
        long lifetime = tokens.getAccessToken().getLifetime();
        RefreshToken refresh = tokens.getRefreshToken();
        return Doors.object(
                "token_type", tokens.getAccessToken().getType().getValue(),
                "scope", scope == null ? null : scope.toString(),
                "expires_in", lifetime == 0 ? null : lifetime,
                "access_token", tokens.getAccessToken().getValue(),
                "refresh_token", refresh == null ? null : refresh.getValue(),
                "claims", null,
                "userinfo", null);
    }

    private record SignedIn(Tokens tokens, IDTokenClaimsSet claims) {}

    @Override
    public JSONObject callback(Doors.Party party, Doors.Session session, String url) throws Exception {
        Flow flow = (Flow) session.flow;
        session.flow = null;
        AuthenticationResponse answer = AuthenticationResponseParser.parse(new URI(url));
        if (!answer.indicatesSuccess()) throw refusal(answer.toErrorResponse().getErrorObject());
        AuthorizationCode code = answer.toSuccessResponse().getAuthorizationCode();
        if (flow == null) throw new IOException("no sign-in was started in this browser");
        OIDCTokenResponse response =
                redeem(party, new AuthorizationCodeGrant(code, new URI(party.redirectUri), flow.verifier));
        IDTokenClaimsSet claims = validated(party, response, flow.nonce);
        session.tokens = new SignedIn(response.getOIDCTokens(), claims);
        JSONObject told = report(response.getOIDCTokens());
        told.put("claims", claims.toJSONObject());
        return told;
    }

    private static SignedIn signedIn(Doors.Session session) throws IOException {
        if (session.tokens == null) throw new IOException("nobody is signed in in this session");
        return (SignedIn) session.tokens;
    }

    @Override
    public JSONObject refresh(Doors.Party party, Doors.Session session) throws Exception {
        SignedIn before = signedIn(session);
        RefreshToken token = before.tokens.getRefreshToken();
        if (token == null) throw new IOException("there is no refresh token in this session");
        Tokens fresh = redeem(party, new RefreshTokenGrant(token)).getTokens();
        // RFC 6749 §6: the response may have no refresh token; the SDK returns what is in the response.
        RefreshToken next = fresh.getRefreshToken() == null ? token : fresh.getRefreshToken();
        session.tokens = new SignedIn(new Tokens(fresh.getAccessToken(), next), before.claims);
        return report(fresh);
    }

    @Override
    public JSONObject userinfo(Doors.Party party, Doors.Session session) throws Exception {
        SignedIn now = signedIn(session);
        URI endpoint = provider(party).getUserInfoEndpointURI();
        HTTPResponse response = new UserInfoRequest(endpoint, now.tokens.getAccessToken()).toHTTPRequest().send();
        UserInfoResponse answer = UserInfoResponse.parse(response);
        if (!answer.indicatesSuccess()) throw refusal(answer.toErrorResponse().getErrorObject());
        JSONObject told = report(now.tokens);
        told.put("userinfo", answer.toSuccessResponse().getUserInfo().toJSONObject());
        return told;
    }

    public static void main(String[] arguments) throws Exception {
        Doors.serve("Nimbus OAuth 2.0 SDK", Doors.lockedVersion("oauth2-oidc-sdk"), new App());
    }
}
