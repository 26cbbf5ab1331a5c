// A web application that signs people in with zitadel/oidc's relying party, driven by Assay (clients/README.md has the
// contract). The library's own handlers start the sign-in and take the callback: state and the code_verifier are in its
// signed cookies. Its verifier takes the nonce from the request's context (rp.WithNonce).
package main

import (
	"context"
	"crypto/rand"
	"net/http"
	"strings"

	"assay.invalid/adapter"
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	httphelper "github.com/zitadel/oidc/v3/pkg/http"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"golang.org/x/oauth2"
)

type tokens = oidc.Tokens[*oidc.IDTokenClaims]

type nonceKey struct{}

func relyingParty(p *adapter.Party) (rp.RelyingParty, error) {
	return adapter.Once(p, func() (rp.RelyingParty, error) {
		key := make([]byte, 32)
		_, _ = rand.Read(key)
		cookies := httphelper.NewCookieHandler(key, key, httphelper.WithUnsecure())
		options := []rp.Option{
			rp.WithPKCE(cookies),
			rp.WithVerifierOpts(rp.WithNonce(func(ctx context.Context) string {
				nonce, _ := ctx.Value(nonceKey{}).(string)
				return nonce
			})),
			rp.WithErrorHandler(func(w http.ResponseWriter, _ *http.Request, errorType, description, _ string) {
				adapter.Rejected(w, "callback", "error_response", errorType, description)
			}),
			rp.WithUnauthorizedHandler(func(w http.ResponseWriter, _ *http.Request, description, _ string) {
				adapter.Rejected(w, "callback", "unauthorized", "", description)
			}),
		}
		// client_secret_basic is not configured: by default the library tries it first (oauth2.AuthStyleAutoDetect).
		if p.AuthMethod != "client_secret_basic" {
			options = append(options, rp.WithAuthStyle(oauth2.AuthStyleInParams))
		}
		return rp.NewRelyingPartyOIDC(context.Background(), p.Issuer, p.ClientID, p.ClientSecret, p.RedirectURI,
			strings.Fields(p.Scope), options...)
	})
}

func rejected(w http.ResponseWriter, leg string, err error) {
	adapter.Rejected(w, leg, "error", "", err.Error())
}

func report(t *tokens) adapter.Tokens {
	told := adapter.Tokens{TokenType: t.TokenType, AccessToken: t.AccessToken, Scope: t.Extra("scope")}
	if t.ExpiresIn != 0 {
		told.ExpiresIn = t.ExpiresIn
	}
	if t.RefreshToken != "" {
		told.RefreshToken = t.RefreshToken
	}
	if t.IDTokenClaims != nil {
		told.Claims = t.IDTokenClaims
	}
	return told
}

func login(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	party, err := relyingParty(p)
	if err != nil {
		rejected(w, "login", err)
		return
	}
	nonce := adapter.Random()
	s.Set("nonce", nonce)
	options := []rp.URLParamOpt{rp.WithURLParam("nonce", nonce)}
	for name, values := range p.Parameters() {
		for _, value := range values {
			options = append(options, rp.WithURLParam(name, value))
		}
	}
	rp.AuthURLHandler(adapter.Random, party, options...)(w, r)
}

func callback(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	party, err := relyingParty(p)
	if err != nil {
		rejected(w, "callback", err)
		return
	}
	signedIn := func(w http.ResponseWriter, _ *http.Request, t *tokens, _ string, _ rp.RelyingParty) {
		s.Set("tokens", t)
		adapter.Accepted(w, "callback", report(t))
	}
	nonce, _ := s.Take("nonce").(string)
	rp.CodeExchangeHandler(signedIn, party)(w, r.WithContext(context.WithValue(r.Context(), nonceKey{}, nonce)))
}

func signedIn(w http.ResponseWriter, p *adapter.Party, s *adapter.Session, leg string) (rp.RelyingParty, *tokens) {
	party, err := relyingParty(p)
	if err != nil {
		rejected(w, leg, err)
		return nil, nil
	}
	t, ok := s.Get("tokens").(*tokens)
	if !ok {
		adapter.Rejected(w, leg, "not_signed_in", "", "nobody is signed in in this session")
		return nil, nil
	}
	return party, t
}

func refresh(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	party, t := signedIn(w, p, s, "refresh")
	if t == nil {
		return
	}
	fresh, err := rp.RefreshTokens[*oidc.IDTokenClaims](r.Context(), party, t.RefreshToken, "", "")
	if err != nil {
		rejected(w, "refresh", err)
		return
	}
	fresh.IDTokenClaims = t.IDTokenClaims
	s.Set("tokens", fresh)
	adapter.Accepted(w, "refresh", report(fresh))
}

func userinfo(p *adapter.Party, s *adapter.Session, w http.ResponseWriter, r *http.Request) {
	party, t := signedIn(w, p, s, "userinfo")
	if t == nil {
		return
	}
	info, err := rp.Userinfo[*oidc.UserInfo](r.Context(), t.AccessToken, t.TokenType, t.IDTokenClaims.Subject, party)
	if err != nil {
		rejected(w, "userinfo", err)
		return
	}
	told := report(t)
	told.UserInfo = info
	adapter.Accepted(w, "userinfo", told)
}

func main() {
	adapter.Serve("zitadel/oidc", "github.com/zitadel/oidc/v3", adapter.Legs{
		"login": login, "callback": callback, "refresh": refresh, "userinfo": userinfo,
	})
}
