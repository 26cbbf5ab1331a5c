// jsonwebtoken: decoding keys made once, claims into a struct, as its documentation has it.
use jsonwebtoken::{decode, Algorithm, DecodingKey, Validation};
use std::{fs, time::Instant};

#[derive(serde::Deserialize)]
#[allow(dead_code)]
struct Claims {
    iss: String,
    sub: String,
    aud: String,
    azp: String,
    nonce: String,
    exp: u64,
    iat: u64,
    auth_time: u64,
    acr: String,
    amr: Vec<String>,
    at_hash: String,
    email: String,
    email_verified: bool,
    name: String,
}

fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    stat.split(' ').next().unwrap().parse::<f64>().unwrap() * 1e-9
}

fn main() {
    let dir = std::env::args().nth(1).expect("usage: peer DIR");
    let read = |name: &str| fs::read(format!("{dir}/{name}")).unwrap();
    let rsa = DecodingKey::from_rsa_pem(&read("rsa.pub.pem")).unwrap();
    let keys = [
        ("RS256", Algorithm::RS256, rsa.clone()),
        ("PS256", Algorithm::PS256, rsa),
        ("ES256", Algorithm::ES256, DecodingKey::from_ec_pem(&read("es.pub.pem")).unwrap()),
        ("EdDSA", Algorithm::EdDSA, DecodingKey::from_ed_pem(&read("ed.pub.pem")).unwrap()),
        ("HS256", Algorithm::HS256, DecodingKey::from_secret(&read("hs.key"))),
    ];
    for (name, alg, key) in keys.iter() {
        let mut validation = Validation::new(*alg);
        validation.set_audience(&["s6BhdRkqt3.client.example"]);
        validation.set_issuer(&["https://op.example.com/tenant-1"]);
        let token = |file: &str| String::from_utf8(read(&format!("{name}{file}"))).unwrap();
        let accepts = |token: &str| decode::<Claims>(token, key, &validation).is_ok();
        assert!(!accepts(&token(".claims.jwt")) && !accepts(&token(".signature.jwt")), "{name}: a forgery was accepted");
        let good = token(".jwt");
        for _ in 0..100 {
            assert!(accepts(&good));
        }
        let (start, wall) = (cpu_seconds(), Instant::now());
        let mut done = 0u64;
        while wall.elapsed().as_millis() < 300 {
            for _ in 0..50 {
                assert!(accepts(&good));
            }
            done += 50;
        }
        println!("{name}\tjsonwebtoken (Rust, aws-lc)\t{:.1}", done as f64 / (cpu_seconds() - start));
    }
}
