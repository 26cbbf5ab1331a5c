// A web application that signs people in with golang.org/x/oauth2 and coreos/go-oidc, driven by Assay (clients/README.md has
// the contract). It follows go-oidc's example: the provider comes from discovery, x/oauth2 redeems the code, the verifier
// verifies the ID Token. In the example the application compares state and nonce, not the library; so these checks are left out here.
package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"assay.invalid/adapter"
	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

type client struct {
	provider *oidc.Provider
	verifier *oidc.IDTokenVerifier
	config   oauth2.Config
}

func clientOf(p *adapter.Party) (*client, error) {
	return adapter.Once(p, func() (*client, error) {
		provider, err := oidc.NewProvider(context.Background(), p.Issuer)
		if err != nil {
			return nil, err
		}
		c := &client{provider: provider, verifier: provider.Verifier(&oidc.Config{ClientID: p.ClientID})}
		c.config = oauth2.Config{
			ClientID:     p.ClientID,
			ClientSecret: p.ClientSecret,
			RedirectURL:  p.RedirectURI,
			Endpoint:     provider.Endpoint(),
			Scopes:       strings.Fields(p.Scope),
		}
		// client_secret_basic is not configured: by default the library tries it first (oauth2.AuthStyleAutoDetect).
		if p.AuthMethod != "client_secret_basic" {
			c.config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
		}
		return c, nil
	})
}

func rejected(w http.ResponseWriter, leg string, err error) {
	var refused *oauth2.RetrieveError
	code, oauthError := "error", ""
	if errors.As(err, &refused) {
		code, oauthError = "RetrieveError", refused.ErrorCode
	}
	adapter.Rejected(w, leg, code, oauthError, err.Error())
}

func report(token *oauth2.Token) adapter.Tokens {
	t := adapter.Tokens{TokenType: token.TokenType, AccessToken: token.AccessToken, Scope: token.Extra("scope")}
	if token.ExpiresIn != 0 {
		t.ExpiresIn = token.ExpiresIn
	}
	if token.RefreshToken != "" {
		t.RefreshToken = token.RefreshToken
	}
	return t
}

func login(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	c, err := clientOf(p)
	if err != nil {
		rejected(w, "login", err)
		return
	}
	verifier := oauth2.GenerateVerifier()
	s.Set("verifier", verifier)
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(verifier)}
	if p.Nonce == nil || *p.Nonce {
		options = append(options, oidc.Nonce(adapter.Random()))
	}
	for name, values := range p.Parameters() {
		for _, value := range values {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	http.Redirect(w, r, c.config.AuthCodeURL(adapter.Random(), options...), http.StatusFound)
}

func callback(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	c, err := clientOf(p)
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	verifier, _ := s.Take("verifier").(string)
	token, err := c.config.Exchange(r.Context(), r.URL.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		rejected(w, "callback", errors.New("no id_token field in the token response"))
		return
	}
	idToken, err := c.verifier.Verify(r.Context(), raw)
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	t := report(token)
	if err := idToken.Claims(&t.Claims); err != nil {
		rejected(w, "callback", err)
		return
	}
	s.Set("token", token)
	adapter.Accepted(w, "callback", t)
}

// The token source refreshes an expired access token when a token is requested from it.
func refresh(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	c, err := clientOf(p)
	token, ok := s.Get("token").(*oauth2.Token)
	if err == nil && !ok {
		err = errors.New("nobody is signed in in this session")
	}
	if err != nil {
		rejected(w, "refresh", err)
		return
	}
	fresh, err := c.config.TokenSource(r.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
	if err != nil {
		rejected(w, "refresh", err)
		return
	}
	s.Set("token", fresh)
	adapter.Accepted(w, "refresh", report(fresh))
}

func userinfo(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	c, err := clientOf(p)
	token, ok := s.Get("token").(*oauth2.Token)
	if err == nil && !ok {
		err = errors.New("nobody is signed in in this session")
	}
	if err != nil {
		rejected(w, "userinfo", err)
		return
	}
	info, err := c.provider.UserInfo(r.Context(), oauth2.StaticTokenSource(token))
	if err != nil {
		rejected(w, "userinfo", err)
		return
	}
	t := report(token)
	if err := info.Claims(&t.UserInfo); err != nil {
		rejected(w, "userinfo", err)
		return
	}
	adapter.Accepted(w, "userinfo", t)
}

func main() {
	adapter.Serve("go-oidc", "github.com/coreos/go-oidc/v3", adapter.Legs{
		"login": login, "callback": callback, "refresh": refresh, "userinfo": userinfo,
	})
}
