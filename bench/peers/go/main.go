// golang-jwt: keys parsed once, one parser with its options, registered claims into a struct.
package main

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

type claims struct {
	jwt.RegisteredClaims
	Azp           string   `json:"azp"`
	Nonce         string   `json:"nonce"`
	AuthTime      int64    `json:"auth_time"`
	Acr           string   `json:"acr"`
	Amr           []string `json:"amr"`
	AtHash        string   `json:"at_hash"`
	Email         string   `json:"email"`
	EmailVerified bool     `json:"email_verified"`
	Name          string   `json:"name"`
}

func cpuSeconds() float64 {
	var r syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &r)
	return float64(r.Utime.Sec+r.Stime.Sec) + float64(r.Utime.Usec+r.Stime.Usec)*1e-6
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func main() {
	dir := os.Args[1]
	read := func(name string) []byte { return must(os.ReadFile(dir + "/" + name)) }
	rsa := must(jwt.ParseRSAPublicKeyFromPEM(read("rsa.pub.pem")))
	keys := []struct {
		alg string
		key any
	}{
		{"RS256", rsa}, {"PS256", rsa},
		{"ES256", must(jwt.ParseECPublicKeyFromPEM(read("es.pub.pem")))},
		{"EdDSA", must(jwt.ParseEdPublicKeyFromPEM(read("ed.pub.pem")))},
		{"HS256", read("hs.key")},
	}
	for _, k := range keys {
		parser := jwt.NewParser(jwt.WithValidMethods([]string{k.alg}), jwt.WithIssuer("https://op.example.com/tenant-1"),
			jwt.WithAudience("s6BhdRkqt3.client.example"), jwt.WithExpirationRequired())
		accepts := func(token string) bool {
			_, err := parser.ParseWithClaims(token, &claims{}, func(*jwt.Token) (any, error) { return k.key, nil })
			return err == nil
		}
		good := string(read(k.alg + ".jwt"))
		if accepts(string(read(k.alg+".claims.jwt"))) || accepts(string(read(k.alg+".signature.jwt"))) || !accepts(good) {
			panic(k.alg + ": a forgery was accepted, or a good token refused")
		}
		for i := 0; i < 200; i++ {
			accepts(good)
		}
		start, wall, done := cpuSeconds(), time.Now(), 0
		for time.Since(wall) < 300*time.Millisecond {
			for i := 0; i < 50; i++ {
				if !accepts(good) {
					panic("refused")
				}
			}
			done += 50
		}
		fmt.Printf("%s\tgolang-jwt\t%.1f\n", k.alg, float64(done)/(cpuSeconds()-start))
	}
}
