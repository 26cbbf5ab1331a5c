/* libjwt 1.x: its interface takes the PEM for every token. */
#include "peer.h"

#include <jwt.h>

static text key;

static int accepts(text token) {
    jwt_t *jwt;
    if (jwt_decode(&jwt, token.data, (unsigned char *)key.data, (int)key.size) != 0) return 0;
    const char *iss = jwt_get_grant(jwt, "iss"), *aud = jwt_get_grant(jwt, "aud");
    int ok = iss != NULL && aud != NULL && strcmp(iss, "https://op.example.com/tenant-1") == 0 &&
             strcmp(aud, "s6BhdRkqt3.client.example") == 0 && jwt_get_grant_int(jwt, "exp") > time(NULL);
    jwt_free(jwt);
    return ok;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    key = slurp(argv[1], "rsa.pub.pem");
    measure(argv[1], "RS256", "libjwt", accepts);
    key = slurp(argv[1], "es.pub.pem");
    measure(argv[1], "ES256", "libjwt", accepts);
    key = slurp(argv[1], "hs.key");
    measure(argv[1], "HS256", "libjwt", accepts);
    return 0;
}
