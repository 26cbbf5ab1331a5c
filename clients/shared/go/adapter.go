// Package adapter is shared by the Go applications: the endpoints of the adapter contract (clients/README.md) for the steps
// of one library.
package adapter

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// Party is one relying party: the harness's configuration, and the library's client that was made from it.
type Party struct {
	ID           string                     `json:"-"`
	RedirectURI  string                     `json:"-"`
	Issuer       string                     `json:"issuer"`
	ClientID     string                     `json:"client_id"`
	ClientSecret string                     `json:"client_secret"`
	AuthMethod   string                     `json:"token_endpoint_auth_method"`
	Scope        string                     `json:"scope"`
	Extra        map[string]json.RawMessage `json:"extra"`
	Nonce        *bool                      `json:"nonce"`
	Without      []string                   `json:"without"`

	mutex    sync.Mutex
	made     any
	sessions map[string]*Session
}

// Session has the application's values for one browser.
type Session struct {
	Mutex  sync.Mutex
	Values map[string]any
}

// Tokens are the result of a step that succeeded; absent members are nil.
type Tokens struct {
	TokenType    string `json:"token_type"`
	Scope        any    `json:"scope"`
	ExpiresIn    any    `json:"expires_in"`
	AccessToken  string `json:"access_token"`
	RefreshToken any    `json:"refresh_token"`
	Claims       any    `json:"claims"`
	UserInfo     any    `json:"userinfo"`
}

// Leg handles one request of the user with a redirect, Accepted or Rejected.
type Leg func(p *Party, s *Session, w http.ResponseWriter, r *http.Request)

// Legs are the steps by name: login, callback, refresh, userinfo.
type Legs map[string]Leg

// Once makes the party's client at its first use and keeps it; an error is not kept.
func Once[T any](p *Party, make func() (T, error)) (T, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if made, ok := p.made.(T); ok {
		return made, nil
	}
	made, err := make()
	if err == nil {
		p.made = made
	}
	return made, err
}

// Parameters are the extra parameters of the authorization request.
func (p *Party) Parameters() url.Values {
	values := url.Values{}
	for name, raw := range p.Extra {
		var one string
		var list []string
		if json.Unmarshal(raw, &list) == nil {
			values[name] = list
		} else if json.Unmarshal(raw, &one) == nil {
			values.Set(name, one)
		} else {
			values.Set(name, string(raw))
		}
	}
	return values
}

// Take returns a value of the session and removes it.
func (s *Session) Take(name string) any {
	s.Mutex.Lock()
	defer s.Mutex.Unlock()
	value := s.Values[name]
	delete(s.Values, name)
	return value
}

// Get returns a value of the session.
func (s *Session) Get(name string) any {
	s.Mutex.Lock()
	defer s.Mutex.Unlock()
	return s.Values[name]
}

// Set keeps a value in the session.
func (s *Session) Set(name string, value any) {
	s.Mutex.Lock()
	defer s.Mutex.Unlock()
	s.Values[name] = value
}

// Random returns 256 random bits as text.
func Random() string {
	b := make([]byte, 32)
	if _, err := rand.Read(b); err != nil {
		panic(err)
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

func answer(w http.ResponseWriter, status int, document any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(document)
}

// Accepted answers a step that succeeded.
func Accepted(w http.ResponseWriter, leg string, t Tokens) {
	answer(w, http.StatusOK, struct {
		Outcome string `json:"outcome"`
		Leg     string `json:"leg"`
		Tokens
	}{"accepted", leg, t})
}

// Rejected answers a step that the library refused. `oauthError` is the server's error code if the library reports it, or empty.
func Rejected(w http.ResponseWriter, leg, code, oauthError, message string) {
	document := map[string]string{"outcome": "rejected", "leg": leg, "code": code, "message": message}
	if oauthError != "" {
		document["error"] = oauthError
	}
	answer(w, http.StatusBadRequest, document)
}

func refuse(w http.ResponseWriter, status int, message string) {
	answer(w, status, map[string]string{"error": "invalid_request", "message": message})
}

type service struct {
	library string
	origin  string
	legs    Legs
	mutex   sync.Mutex
	parties map[string]*Party
	next    int
}

func (a *service) create(w http.ResponseWriter, r *http.Request) {
	p := &Party{sessions: map[string]*Session{}}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<20)).Decode(p); err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	if len(p.Without) > 0 {
		refuse(w, http.StatusBadRequest, a.library+" has no validations to switch off")
		return
	}
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.next++
	p.ID = strconv.Itoa(a.next)
	p.RedirectURI = fmt.Sprintf("%s/rp/%s/callback", a.origin, p.ID)
	a.parties[p.ID] = p
	answer(w, http.StatusCreated, map[string]string{"id": p.ID, "redirect_uri": p.RedirectURI})
}

func (a *service) remove(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if _, found := a.parties[r.PathValue("id")]; !found {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	delete(a.parties, r.PathValue("id"))
	w.WriteHeader(http.StatusNoContent)
}

func (p *Party) session(w http.ResponseWriter, r *http.Request) *Session {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if cookie, err := r.Cookie("session"); err == nil {
		if s, found := p.sessions[cookie.Value]; found {
			return s
		}
	}
	id, s := Random(), &Session{Values: map[string]any{}}
	p.sessions[id] = s
	http.SetCookie(w, &http.Cookie{
		Name: "session", Value: id, Path: "/rp/" + p.ID, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
	return s
}

func (a *service) leg(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	p, leg := a.parties[r.PathValue("id")], a.legs[r.PathValue("leg")]
	a.mutex.Unlock()
	if p == nil || leg == nil {
		refuse(w, http.StatusNotFound, "there is no such page")
		return
	}
	leg(p, p.session(w, r), w, r)
}

// versionOf is the version of a module that was built into this program.
func versionOf(module string) string {
	info, _ := debug.ReadBuildInfo()
	for _, dependency := range info.Deps {
		if dependency.Path == module {
			return strings.TrimPrefix(dependency.Version, "v")
		}
	}
	return ""
}

// Serve answers on a free port with the steps of `library`, the Go module `module`, until SIGTERM or the end of stdin.
func Serve(library, module string, legs Legs) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	a := &service{library: library, legs: legs, parties: map[string]*Party{}}
	a.origin = fmt.Sprintf("http://localhost:%d", listener.Addr().(*net.TCPAddr).Port)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /assay/rp", a.create)
	mux.HandleFunc("DELETE /assay/rp/{id}", a.remove)
	mux.HandleFunc("GET /rp/{id}/{leg}", a.leg)
	mux.HandleFunc("POST /rp/{id}/{leg}", a.leg)
	ending, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	go func() { _ = http.Serve(listener, mux) }()
	ready, _ := json.Marshal(map[string]any{
		"assay_adapter": 1, "url": a.origin, "library": library, "version": versionOf(module),
	})
	fmt.Println(string(ready))
	<-ending.Done()
}
