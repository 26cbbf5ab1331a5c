"""PyJWT: keys loaded once by cryptography, decode() with issuer and audience."""
import sys
import time

import jwt
from cryptography.hazmat.primitives.serialization import load_pem_public_key

folder = sys.argv[1]


def read(name):
    with open(f"{folder}/{name}", "rb") as f:
        return f.read()


for alg, file in (("RS256", "rsa"), ("PS256", "rsa"), ("ES256", "es"), ("EdDSA", "ed"), ("HS256", None)):
    key = load_pem_public_key(read(file + ".pub.pem")) if file else read("hs.key")

    def accepts(token):
        try:
            jwt.decode(token, key, algorithms=[alg], audience="s6BhdRkqt3.client.example",
                       issuer="https://op.example.com/tenant-1")
            return True
        except jwt.InvalidTokenError:
            return False

    good = read(alg + ".jwt").decode()
    if accepts(read(alg + ".claims.jwt").decode()) or accepts(read(alg + ".signature.jwt").decode()) or not accepts(good):
        sys.exit(f"{alg}: a forgery was accepted, or a good token refused")
    for _ in range(50):
        accepts(good)
    start, done = time.process_time(), 0
    while time.process_time() - start < 0.3:
        for _ in range(20):
            accepts(good)
        done += 20
    print(f"{alg}\tPyJWT\t{done / (time.process_time() - start):.1f}")
