// Spring Authorization Server with Spring Boot's starter: its own pages, its own key, tokens in H2. The configuration is what
// every deployment needs: clients, a user, the claims of scopes, and the enabled features.
package app;

import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabase;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseBuilder;
import org.springframework.jdbc.datasource.embedded.EmbeddedDatabaseType;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.oidc.endpoint.OidcParameterNames;
import org.springframework.security.oauth2.server.authorization.JdbcOAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsent;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationConsentService;
import org.springframework.security.oauth2.server.authorization.OAuth2AuthorizationService;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.settings.AuthorizationServerSettings;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class App {
    private static final String CLIENTS = "spring.security.oauth2.authorizationserver.client.";
    // bcrypt's lowest cost: with the default each request takes a tenth of a second, and the checks send thousands.
    private static final BCryptPasswordEncoder ENCODER = new BCryptPasswordEncoder(4);

    @Bean
    PasswordEncoder passwordEncoder() {
        return ENCODER;
    }

    // By default tokens are in a map that is not safe with parallel requests; the reference recommends it for development only.
    @Bean
    EmbeddedDatabase database() {
        String folder = "org/springframework/security/oauth2/server/authorization/";
        return new EmbeddedDatabaseBuilder()
            .setType(EmbeddedDatabaseType.H2)
            .generateUniqueName(true)
            .addScript(folder + "oauth2-authorization-schema.sql")
            .build();
    }

    @Bean
    OAuth2AuthorizationService authorizations(EmbeddedDatabase database, RegisteredClientRepository clients) {
        return new JdbcOAuth2AuthorizationService(new JdbcTemplate(database), clients);
    }

    // Asks for consent each time: the consent of one check must not be remembered in the next.
    @Bean
    OAuth2AuthorizationConsentService consents() {
        return new OAuth2AuthorizationConsentService() {
            @Override
            public void save(OAuth2AuthorizationConsent consent) {}

            @Override
            public void remove(OAuth2AuthorizationConsent consent) {}

            @Override
            public OAuth2AuthorizationConsent findById(String registeredClientId, String principalName) {
                return null;
            }
        };
    }

    // The two filter chains of the reference's first chapter, and in addition pushed requests and open registration.
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    SecurityFilterChain protocol(HttpSecurity http) throws Exception {
        return http
            .oauth2AuthorizationServer(server -> {
                http.securityMatcher(server.getEndpointsMatcher());
                server.oidc(Customizer.withDefaults());
                server.pushedAuthorizationRequestEndpoint(Customizer.withDefaults());
                server.clientRegistrationEndpoint(registration -> registration.openRegistrationAllowed(true));
            })
            .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
            .exceptionHandling(exceptions -> exceptions.defaultAuthenticationEntryPointFor(
                new LoginUrlAuthenticationEntryPoint("/login"), new MediaTypeRequestMatcher(MediaType.TEXT_HTML)))
            .build();
    }

    // The error page needs no sign-in: otherwise each error of the protocol becomes a redirect to the sign-in page.
    @Bean
    SecurityFilterChain pages(HttpSecurity http) throws Exception {
        return http
            .authorizeHttpRequests(requests -> requests
                .dispatcherTypeMatchers(DispatcherType.ERROR).permitAll()
                .anyRequest().authenticated())
            .formLogin(Customizer.withDefaults())
            .build();
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> claimsOfScopes() {
        return context -> {
            boolean idToken = OidcParameterNames.ID_TOKEN.equals(context.getTokenType().getValue());
            if (!idToken || !context.getAuthorizedScopes().contains("email")) return;
            context.getClaims().claim("email", context.getPrincipal().getName() + "@example.com").claim("email_verified", true);
        };
    }

    @Bean
    ApplicationListener<ServletWebServerInitializedEvent> ready() {
        String version = AuthorizationServerSettings.class.getPackage().getImplementationVersion();
        return event -> System.out.printf(
            "{\"ready\": true, \"issuer\": \"http://127.0.0.1:%d\", \"server\": \"Spring Authorization Server\", \"version\": \"%s\"}%n",
            event.getWebServer().getPort(), version);
    }

    private static Map<String, Object> client(String id, String secret, String method) {
        Map<String, Object> p = new LinkedHashMap<>();
        String registration = CLIENTS + id + ".registration.";
        p.put(registration + "client-id", id);
        if (secret != null) p.put(registration + "client-secret", ENCODER.encode(secret));
        p.put(registration + "client-authentication-methods", method);
        // The others are for clients that authenticate (RFC 6749 §4.4).
        String grants = "authorization_code,refresh_token";
        if (secret != null) grants += ",client_credentials,urn:ietf:params:oauth:grant-type:token-exchange";
        p.put(registration + "authorization-grant-types", grants);
        p.put(registration + "redirect-uris", "http://localhost:8765/callback,http://localhost:8765/other");
        p.put(registration + "scopes", "openid,email,profile");
        p.put(CLIENTS + id + ".require-authorization-consent", true);
        return p;
    }

    private static void endWithCaller() {
        try {
            while (System.in.read() >= 0) {
            }
        } catch (IOException ignored) {
            // A stdin that cannot be read ends the program as a closed one does.
        }
        Runtime.getRuntime().halt(0);
    }

    public static void main(String[] args) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("server.address", "127.0.0.1");
        properties.put("server.port", 0);
        properties.put("server.tomcat.threads.max", 64);
        properties.put("logging.level.root", "warn");
        properties.put("spring.main.banner-mode", "off");
        properties.put("spring.security.user.name", "ada");
        properties.put("spring.security.user.password", ENCODER.encode("ada-password"));
        properties.putAll(client("web", "web-secret", "client_secret_basic"));
        properties.putAll(client("post", "post-secret", "client_secret_post"));
        properties.putAll(client("second", "second-secret", "client_secret_basic"));
        properties.putAll(client("spa", null, "none"));
        Thread watch = new Thread(App::endWithCaller);
        watch.setDaemon(true);
        watch.start();
        SpringApplication application = new SpringApplication(App.class);
        application.setDefaultProperties(properties);
        application.run(args);
    }
}
