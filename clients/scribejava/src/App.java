import com.github.scribejava.core.builder.ServiceBuilder;
import com.github.scribejava.core.builder.api.DefaultApi20;
import com.github.scribejava.core.model.OAuth2AccessToken;
import com.github.scribejava.core.model.OAuth2AccessTokenErrorResponse;
import com.github.scribejava.core.model.OAuth2Authorization;
import com.github.scribejava.core.oauth.AccessTokenRequestParams;
import com.github.scribejava.core.oauth.AuthorizationUrlBuilder;
import com.github.scribejava.core.oauth.OAuth20Service;
import com.github.scribejava.core.oauth2.clientauthentication.ClientAuthentication;
import com.github.scribejava.core.oauth2.clientauthentication.HttpBasicAuthenticationScheme;
import com.github.scribejava.core.oauth2.clientauthentication.RequestBodyAuthenticationScheme;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import net.minidev.json.JSONObject;
import net.minidev.json.JSONValue;

/**
 * A web application that fetches tokens with ScribeJava, driven by Assay (clients/README.md has the contract). It follows the
 * library's guide: an API class has the endpoints, the service makes the URL with PKCE, parses the callback's URL and
 * redeems the code. In the guide state is the application's task; so it is created here but not compared.
 */
final class App implements Doors.Legs {
    /** The provider's endpoints, as a class that the guide tells its reader to write. */
    private static final class Provider extends DefaultApi20 {
        private final JSONObject metadata;
        private final String method;

        Provider(JSONObject metadata, String method) {
            this.metadata = metadata;
            this.method = method;
        }

        @Override
        public String getAccessTokenEndpoint() {
            return metadata.getAsString("token_endpoint");
        }

        @Override
        protected String getAuthorizationBaseUrl() {
            return metadata.getAsString("authorization_endpoint");
        }

        @Override
        public ClientAuthentication getClientAuthentication() {
            return method.equals("client_secret_basic")
                    ? HttpBasicAuthenticationScheme.instance()
                    : RequestBodyAuthenticationScheme.instance();
        }
    }

    /** The library's service for a relying party; its endpoints are from the metadata, in place of the server's documentation. */
    private static OAuth20Service service(Doors.Party party) throws IOException {
        synchronized (party) {
            if (party.provider == null) {
                URI metadata = URI.create(party.text("issuer") + "/.well-known/openid-configuration");
                try (InputStream in = metadata.toURL().openStream()) {
                    party.provider = JSONValue.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
            }
            String method = party.text("token_endpoint_auth_method");
            ServiceBuilder builder = new ServiceBuilder(party.text("client_id"));
            if (party.text("client_secret") != null) builder.apiSecret(party.text("client_secret"));
            return builder.callback(party.redirectUri)
                    .defaultScope(party.text("scope"))
                    .build(new Provider((JSONObject) party.provider, method));
        }
    }

    private static String random() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Override
    public String login(Doors.Party party, Doors.Session session) throws Exception {
        Map<String, String> extra = new TreeMap<>();
        if (party.wanted.get("extra") instanceof JSONObject given) {
            given.forEach((name, value) -> extra.put(name, String.valueOf(value)));
        }
        AuthorizationUrlBuilder url =
                service(party).createAuthorizationUrlBuilder().state(random()).additionalParams(extra).initPKCE();
        session.flow = url.getPkce().getCodeVerifier();
        return url.build();
    }

    private static Doors.Refusal refusal(OAuth2AccessTokenErrorResponse e) {
        String code = e.getError() == null ? null : e.getError().getErrorString();
        return new Doors.Refusal(code, code == null ? "an error response" : code + ": " + e.getErrorDescription());
    }

    private static JSONObject report(OAuth2AccessToken token) {
        return Doors.object(
                "token_type", token.getTokenType(),
                "scope", token.getScope(),
                "expires_in", token.getExpiresIn(),
                "access_token", token.getAccessToken(),
                "refresh_token", token.getRefreshToken(),
                "claims", null,
                "userinfo", null);
    }

    @Override
    public JSONObject callback(Doors.Party party, Doors.Session session, String url) throws Exception {
        String verifier = (String) session.flow;
        session.flow = null;
        if (verifier == null) throw new IOException("no sign-in was started in this browser");
        OAuth20Service service = service(party);
        OAuth2Authorization answer = service.extractAuthorization(url);
        AccessTokenRequestParams request = AccessTokenRequestParams.create(answer.getCode()).pkceCodeVerifier(verifier);
        try {
            OAuth2AccessToken token = service.getAccessToken(request);
            session.tokens = token.getRefreshToken();
            return report(token);
        } catch (OAuth2AccessTokenErrorResponse e) {
            throw refusal(e);
        }
    }

    @Override
    public JSONObject refresh(Doors.Party party, Doors.Session session) throws Exception {
        if (session.tokens == null) throw new IOException("there is no refresh token in this session");
        try {
            OAuth2AccessToken fresh = service(party).refreshAccessToken((String) session.tokens);
            // RFC 6749 §6: the response may have no refresh token; the library returns what is in the response.
            if (fresh.getRefreshToken() != null) session.tokens = fresh.getRefreshToken();
            return report(fresh);
        } catch (OAuth2AccessTokenErrorResponse e) {
            throw refusal(e);
        }
    }

    public static void main(String[] arguments) throws Exception {
        Doors.serve("ScribeJava", Doors.lockedVersion("scribejava-core"), new App());
    }
}
