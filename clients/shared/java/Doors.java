import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import net.minidev.json.JSONArray;
import net.minidev.json.JSONObject;
import net.minidev.json.parser.JSONParser;

/** Shared by the Java applications: the endpoints of the adapter contract (clients/README.md) for the steps of one library. */
final class Doors {
    /** One relying party: the harness's configuration. */
    static final class Party {
        final String id;
        final String redirectUri;
        final JSONObject wanted;
        final Map<String, Session> sessions = new ConcurrentHashMap<>();
        Object provider; // made at the first sign-in, guarded by this party
        Object validator; // the same: it keeps the key set between sign-ins

        Party(String id, String redirectUri, JSONObject wanted) {
            this.id = id;
            this.redirectUri = redirectUri;
            this.wanted = wanted;
        }

        String text(String member) {
            return (String) wanted.get(member);
        }
    }

    /** The session of one browser. */
    static final class Session {
        Object flow;
        Object tokens;
    }

    /** An error response of the server, by its code. */
    static final class Refusal extends Exception {
        private static final long serialVersionUID = 1;
        final String error;

        Refusal(String error, String message) {
            super(message);
            this.error = error;
        }
    }

    /** The steps of a library: login returns a URL, the others the members of an accepted outcome, or null if there is no such step. */
    interface Legs {
        String login(Party party, Session session) throws Exception;

        JSONObject callback(Party party, Session session, String url) throws Exception;

        default JSONObject refresh(Party party, Session session) throws Exception {
            return null;
        }

        default JSONObject userinfo(Party party, Session session) throws Exception {
            return null;
        }
    }

    private final String library;
    private final Legs legs;
    private final Map<String, Party> parties = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private String origin;

    private Doors(String library, Legs legs) {
        this.library = library;
        this.legs = legs;
    }

    static JSONObject object(Object... members) {
        JSONObject o = new JSONObject();
        for (int i = 0; i < members.length; i += 2) o.put((String) members[i], members[i + 1]);
        return o;
    }

    private static void answer(HttpExchange x, int status, JSONObject body) throws IOException {
        byte[] bytes = body == null ? new byte[0] : body.toJSONString().getBytes(StandardCharsets.UTF_8);
        x.getResponseHeaders().set("Content-Type", "application/json");
        x.getResponseHeaders().set("Cache-Control", "no-store");
        x.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) x.getResponseBody().write(bytes);
        x.close();
    }

    private static JSONObject problem(String message) {
        return object("error", "invalid_request", "message", message);
    }

    private void create(HttpExchange x) throws Exception {
        JSONObject wanted = (JSONObject) new JSONParser(JSONParser.MODE_RFC4627).parse(x.getRequestBody().readAllBytes());
        if (wanted.get("without") instanceof JSONArray names && !names.isEmpty()) {
            answer(x, 400, problem(library + " has no validations to switch off"));
            return;
        }
        String id = Integer.toString(next.incrementAndGet());
        Party party = new Party(id, origin + "/rp/" + id + "/callback", wanted);
        parties.put(id, party);
        answer(x, 201, object("id", id, "redirect_uri", party.redirectUri));
    }

    private static Session sessionOf(Party party, HttpExchange x) {
        List<String> cookies = x.getRequestHeaders().getOrDefault("Cookie", List.of());
        for (String cookie : String.join(";", cookies).split(";")) {
            String[] pair = cookie.trim().split("=", 2);
            if (pair[0].equals("session") && party.sessions.containsKey(pair[1])) return party.sessions.get(pair[1]);
        }
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Session session = new Session();
        party.sessions.put(id, session);
        x.getResponseHeaders()
                .add("Set-Cookie", "session=" + id + "; Path=/rp/" + party.id + "; HttpOnly; SameSite=Lax");
        return session;
    }

    private void leg(HttpExchange x, Party party, String name) throws IOException {
        Session session = sessionOf(party, x);
        try {
            JSONObject told;
            synchronized (session) {
                switch (name) {
                    case "login" -> {
                        x.getResponseHeaders().set("Location", legs.login(party, session));
                        answer(x, 302, null);
                        return;
                    }
                    case "callback" -> told = legs.callback(party, session, origin + x.getRequestURI());
                    case "refresh" -> told = legs.refresh(party, session);
                    default -> told = legs.userinfo(party, session);
                }
            }
            if (told == null) {
                answer(x, 404, problem("there is no such page"));
                return;
            }
            told.put("outcome", "accepted");
            told.put("leg", name);
            answer(x, 200, told);
        } catch (Exception e) {
            JSONObject told = object("outcome", "rejected", "leg", name, "code", e.getClass().getSimpleName());
            told.put("message", String.valueOf(e.getMessage()));
            if (e instanceof Refusal r && r.error != null) told.put("error", r.error);
            answer(x, 400, told);
        }
    }

    private void route(HttpExchange x) throws Exception {
        String[] path = x.getRequestURI().getRawPath().split("/");
        String method = x.getRequestMethod();
        if (method.equals("POST") && x.getRequestURI().getPath().equals("/assay/rp")) {
            create(x);
        } else if (method.equals("DELETE") && path.length == 4 && path[1].equals("assay")) {
            answer(x, parties.remove(path[3]) != null ? 204 : 404, null);
        } else {
            Party party = path.length == 4 && path[1].equals("rp") ? parties.get(path[2]) : null;
            String call = party == null ? "" : method + " " + path[3];
            if (List.of("GET login", "GET callback", "POST refresh", "POST userinfo").contains(call)) {
                leg(x, party, path[3]);
            } else {
                answer(x, 404, problem("there is no such page"));
            }
        }
    }

    private void handle(HttpExchange x) throws IOException {
        try {
            route(x);
        } catch (Exception e) {
            answer(x, 400, problem(String.valueOf(e.getMessage())));
        }
    }

    /** Java ignores SSL_CERT_FILE: this adds its authority to the default TLS context of this program. */
    private static void trustAuthority() throws IOException, GeneralSecurityException {
        String file = System.getenv("SSL_CERT_FILE");
        if (file == null) return;
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            trusted.setCertificateEntry("authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        SSLContext.setDefault(context);
    }

    /** The version of a jar in jars.txt, the lock file. */
    static String lockedVersion(String artifact) throws IOException {
        String lock = Files.readString(Path.of("jars.txt"));
        int at = lock.lastIndexOf("/" + artifact + "-") + artifact.length() + 2;
        return lock.substring(at, lock.indexOf(".jar", at));
    }

    /** Answers on a free port until the end of stdin or SIGTERM. */
    static void serve(String library, String version, Legs legs) throws IOException, GeneralSecurityException {
        trustAuthority();
        Doors doors = new Doors(library, legs);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        doors.origin = "http://localhost:" + server.getAddress().getPort();
        server.createContext("/", doors::handle);
        server.setExecutor(Executors.newFixedThreadPool(4));
        server.start();
        JSONObject ready = object("assay_adapter", 1, "url", doors.origin, "library", library, "version", version);
        System.out.println(ready.toJSONString());
        System.out.flush();
        while (System.in.read() >= 0) {}
        System.exit(0);
    }
}
