// The control API with Go's standard library: go run example.go http://127.0.0.1:PORT
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func ask(method, path, body string, into any) {
	request, err := http.NewRequest(method, os.Args[1]+path, strings.NewReader(body))
	must(err)
	answer, err := http.DefaultClient.Do(request)
	must(err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	must(err)
	if answer.StatusCode >= 300 {
		must(fmt.Errorf("%s %s: %s", method, path, text))
	}
	if into != nil {
		must(json.Unmarshal(text, into))
	}
}

func main() {
	// An issuer of our own; its JWK Set fails the first time.
	var made struct{ Name, Issuer string }
	ask("POST", "/issuers", `{"dialect": "strict", "sign_in": "auto", "ttl_s": 60, "faults": ["jwks_status=503@1"],
		"clients": [{"client_id": "app", "client_secret": "s3cret", "redirect_uris": ["http://localhost:3000/cb"]}]}`, &made)
	issuer := "/issuers/" + made.Name

	// What a client does.
	var metadata struct {
		JWKS  string `json:"jwks_uri"`
		Token string `json:"token_endpoint"`
	}
	answer, err := http.Get(made.Issuer + "/.well-known/openid-configuration")
	must(err)
	must(json.NewDecoder(answer.Body).Decode(&metadata))
	for range [2]int{} {
		_, err = http.Get(metadata.JWKS)
		must(err)
	}
	form := url.Values{"grant_type": {"authorization_code"}, "code": {"guessed"}}
	request, err := http.NewRequest("POST", metadata.Token, strings.NewReader(form.Encode()))
	must(err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("app", "s3cret")
	_, err = http.DefaultClient.Do(request)
	must(err)

	// An hour later, by the issuer's clock; then what it saw.
	ask("POST", issuer+"/clock", `{"advance_s": 3600}`, nil)
	for _, endpoint := range []string{"jwks", "token"} {
		var journal struct {
			Entries []struct {
				Response struct{ Status int }
				Refusal  *struct{ Clause string }
			}
		}
		ask("GET", issuer+"/journal?endpoint="+endpoint, "", &journal)
		for _, entry := range journal.Entries {
			fmt.Println(endpoint, entry.Response.Status)
			if entry.Refusal != nil {
				fmt.Println("  refused by", entry.Refusal.Clause)
			}
		}
	}
	ask("DELETE", issuer, "", nil)
}
