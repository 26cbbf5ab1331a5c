/* cjose: keys made once, import and verify per token, jansson for the claims (it checks none itself). */
#include "peer.h"

#include <cjose/cjose.h>
#include <jansson.h>

static cjose_jwk_t *key;

static int accepts(text token) {
    cjose_err e;
    cjose_jws_t *jws = cjose_jws_import(token.data, token.size, &e);
    if (jws == NULL) return 0;
    int ok = 0;
    uint8_t *payload;
    size_t size;
    if (cjose_jws_verify(jws, key, &e) && cjose_jws_get_plaintext(jws, &payload, &size, &e)) {
        json_t *claims = json_loadb((char *)payload, size, 0, NULL);
        const char *iss = json_string_value(json_object_get(claims, "iss"));
        const char *aud = json_string_value(json_object_get(claims, "aud"));
        ok = iss != NULL && aud != NULL && strcmp(iss, "https://op.example.com/tenant-1") == 0 &&
             strcmp(aud, "s6BhdRkqt3.client.example") == 0 && json_integer_value(json_object_get(claims, "exp")) > time(NULL);
        json_decref(claims);
    }
    cjose_jws_release(jws);
    return ok;
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    cjose_err e;
    const char *name = "cjose";
    unsigned char exponent[3] = {1, 0, 1};
    text n = slurp(argv[1], "rsa.n"), xy = slurp(argv[1], "es.xy"), secret = slurp(argv[1], "hs.key");
    cjose_jwk_rsa_keyspec rsa = {.e = exponent, .elen = 3, .n = (uint8_t *)n.data, .nlen = n.size};
    key = cjose_jwk_create_RSA_spec(&rsa, &e);
    measure(argv[1], "RS256", name, accepts);
    measure(argv[1], "PS256", name, accepts);
    cjose_jwk_ec_keyspec ec = {.crv = CJOSE_JWK_EC_P_256, .x = (uint8_t *)xy.data, .xlen = 32, .y = (uint8_t *)xy.data + 32, .ylen = 32};
    key = cjose_jwk_create_EC_spec(&ec, &e);
    measure(argv[1], "ES256", name, accepts);
    key = cjose_jwk_create_oct_spec((uint8_t *)secret.data, secret.size, &e);
    measure(argv[1], "HS256", name, accepts);
    return 0;
}
