// The control API with java.net.http: java Example.java http://127.0.0.1:PORT (JDK 17, no library)
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.regex.Pattern;

public class Example {
    static final HttpClient client = HttpClient.newHttpClient();
    static String control;

    static String call(String method, String url, String body, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).method(method, BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return client.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8)).body();
    }

    static String ask(String method, String path, String body) throws Exception {
        return call(method, control + path, body);
    }

    // Your JSON library goes here.
    static String text(String json, String name) {
        var found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
        if (!found.find()) throw new IllegalStateException(name + " is not in " + json);
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        control = arguments[0];
        // An issuer of our own; its JWK Set fails the first time.
        var made = ask("POST", "/issuers", """
            {"dialect": "strict", "sign_in": "auto", "ttl_s": 60, "faults": ["jwks_status=503@1"],
             "clients": [{"client_id": "app", "client_secret": "s3cret",
                          "redirect_uris": ["http://localhost:3000/cb"]}]}""");
        var issuer = "/issuers/" + text(made, "name");

        // What a client does.
        var metadata = call("GET", text(made, "issuer") + "/.well-known/openid-configuration", "");
        call("GET", text(metadata, "jwks_uri"), "");
        call("GET", text(metadata, "jwks_uri"), "");
        call("POST", text(metadata, "token_endpoint"), "grant_type=authorization_code&code=guessed",
            "Content-Type", "application/x-www-form-urlencoded",
            "Authorization", "Basic " + Base64.getEncoder().encodeToString("app:s3cret".getBytes()));

        // An hour later, by the issuer's clock; then what it saw.
        ask("POST", issuer + "/clock", "{\"advance_s\": 3600}");
        var told = Pattern.compile("\"status\":(\\d+)|\"clause\":\"([^\"]*)\",\"error\"");
        for (var endpoint : new String[] {"jwks", "token"}) {
            var found = told.matcher(ask("GET", issuer + "/journal?endpoint=" + endpoint, ""));
            while (found.find()) {
                System.out.println(found.group(1) != null ? endpoint + " " + found.group(1)
                                                          : "  refused by " + found.group(2));
            }
        }
        ask("DELETE", issuer, "");
    }
}
