// A web application that signs people in with HashiCorp's cap/oidc, the library behind Vault's and Boundary's sign-in, driven by
// Assay (clients/README.md has the contract). It follows the library's example: a Request makes state, nonce and the PKCE
// pair, callback.AuthCode reads the authorization response, and the Provider decides whether it is accepted.
package main

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"assay.invalid/adapter"
	"github.com/hashicorp/cap/oidc"
	"github.com/hashicorp/cap/oidc/callback"
)

const signInTakesAtMost = 2 * time.Minute // as in the example

func providerOf(p *adapter.Party) (*oidc.Provider, error) {
	return adapter.Once(p, func() (*oidc.Provider, error) {
		config, err := oidc.NewConfig(p.Issuer, p.ClientID, oidc.ClientSecret(p.ClientSecret), []oidc.Alg{oidc.RS256},
			[]string{p.RedirectURI})
		if err != nil {
			return nil, err
		}
		return oidc.NewProvider(config)
	})
}

func rejected(w http.ResponseWriter, leg string, err error) {
	adapter.Rejected(w, leg, "error", "", err.Error())
}

func requestOf(p *adapter.Party) (*oidc.Req, error) {
	verifier, err := oidc.NewCodeVerifier()
	if err != nil {
		return nil, err
	}
	// The library adds the scope openid.
	options := []oidc.Option{oidc.WithPKCE(verifier), oidc.WithScopes(strings.Fields(p.Scope)...)}
	if age, err := strconv.ParseUint(p.Parameters().Get("max_age"), 10, 32); err == nil {
		options = append(options, oidc.WithMaxAge(uint(age)))
	}
	return oidc.NewRequest(signInTakesAtMost, p.RedirectURI, options...)
}

func login(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	provider, err := providerOf(p)
	if err != nil {
		rejected(w, "login", err)
		return
	}
	request, err := requestOf(p)
	if err != nil {
		rejected(w, "login", err)
		return
	}
	to, err := provider.AuthURL(r.Context(), request)
	if err != nil {
		rejected(w, "login", err)
		return
	}
	s.Set("request", request)
	http.Redirect(w, r, to, http.StatusFound)
}

// The tokens that the library returns: it has the token of x/oauth2 in a token source.
func report(t oidc.Token) (adapter.Tokens, error) {
	token, err := t.(*oidc.Tk).StaticTokenSource().Token()
	if err != nil {
		return adapter.Tokens{}, err
	}
	told := adapter.Tokens{TokenType: token.TokenType, AccessToken: string(t.AccessToken()), Scope: token.Extra("scope")}
	if token.ExpiresIn != 0 {
		told.ExpiresIn = token.ExpiresIn
	}
	if t.RefreshToken() != "" {
		told.RefreshToken = string(t.RefreshToken())
	}
	return told, nil
}

func onSuccess(s *adapter.Session) callback.SuccessResponseFunc {
	return func(_ string, t oidc.Token, w http.ResponseWriter, _ *http.Request) {
		told, err := report(t)
		if err == nil {
			err = t.IDToken().Claims(&told.Claims)
		}
		if err != nil {
			rejected(w, "callback", err)
			return
		}
		s.Set("token", t)
		adapter.Accepted(w, "callback", told)
	}
}

func onError(_ string, refused *callback.AuthenErrorResponse, err error, w http.ResponseWriter, _ *http.Request) {
	if refused != nil {
		adapter.Rejected(w, "callback", "AuthenErrorResponse", refused.Error, refused.Error+": "+refused.Description)
		return
	}
	rejected(w, "callback", err)
}

func answered(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	provider, err := providerOf(p)
	request, ok := s.Take("request").(*oidc.Req)
	if err == nil && !ok {
		err = errors.New("no sign-in was started in this browser")
	}
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	reader := &callback.SingleRequestReader{Request: request}
	handler, err := callback.AuthCode(context.Background(), provider, reader, onSuccess(s), onError)
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	handler(w, r)
}

func userinfo(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	provider, err := providerOf(p)
	token, ok := s.Get("token").(*oidc.Tk)
	if err == nil && !ok {
		err = errors.New("nobody is signed in in this session")
	}
	var told adapter.Tokens
	var idToken struct {
		Subject string `json:"sub"`
	}
	if err == nil {
		told, err = report(token)
	}
	if err == nil {
		err = token.IDToken().Claims(&idToken)
	}
	if err == nil {
		var claims map[string]any
		err = provider.UserInfo(r.Context(), token.StaticTokenSource(), idToken.Subject, &claims)
		told.UserInfo = claims
	}
	if err != nil {
		rejected(w, "userinfo", err)
		return
	}
	adapter.Accepted(w, "userinfo", told)
}

func main() {
	adapter.Serve("HashiCorp cap", "github.com/hashicorp/cap", adapter.Legs{
		"login": login, "callback": answered, "userinfo": userinfo,
	})
}
