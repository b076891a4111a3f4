package serve

import (
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
)

// A page of another site that the user has open can send requests to this server too. Its browser says
// so: Sec-Fetch-Site and Origin name the page that asks. Host names the server that the browser
// believes to ask, which is the attacker's if its name was rebound to this machine's address
// (DNS rebinding).

// guard refuses requests of strangers and answers the others by next.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := newPatientWriter(w, s.config.timeouts.write)
		protect(p.Header())
		r.Body = http.MaxBytesReader(p, r.Body, s.config.limits.body)
		if !s.knowsHost(r.Host) {
			refuse(p, http.StatusMisdirectedRequest, errors.New("this server has another name than the request asks for; "+
				"open the address that swarmsim serve printed"))
			return
		}
		if err := checkOrigin(r); err != nil {
			refuse(p, http.StatusForbidden, err)
			return
		}
		if s.config.Remote && !s.admit(p, r) {
			return
		}
		next.ServeHTTP(p, r)
	})
}

// knowsHost reports whether a Host header names this server. A name can be rebound to any address; an
// address cannot.
func (s *Server) knowsHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		name, port = strings.Trim(host, "[]"), "80"
	}
	if port != s.port {
		return false
	}
	address, err := netip.ParseAddr(name)
	switch {
	case strings.EqualFold(name, "localhost"):
		return true
	case err == nil:
		return s.config.Remote || address.Unmap().IsLoopback()
	case !s.config.Remote:
		return false
	}
	machine, _ := os.Hostname()
	return name != "" && (strings.EqualFold(name, machine) || strings.EqualFold(name, s.config.Host))
}

var errForeign = errors.New("the request comes from another page than this server's own; open the address that swarmsim " +
	"serve printed, and start runs there")

// checkOrigin refuses what another site's page asks for. A user may follow its link to a page of this
// server, which does nothing but show something.
func checkOrigin(r *http.Request) error {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return errForeign
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "", site == "same-origin", site == "none":
		return nil
	case isNavigation(r):
		return nil
	}
	return errForeign
}

// isNavigation reports whether a browser opens a page, rather than a part of one. Reports are shown in
// frames of this server's own pages too: other pages are kept from it by frame-ancestors.
func isNavigation(r *http.Request) bool {
	places := []string{"document"}
	if strings.HasPrefix(r.URL.Path, resultsPath) {
		places = append(places, "iframe")
	}
	shows := r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, resultsPath)
	return shows && (r.Method == http.MethodGet || r.Method == http.MethodHead) &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && slices.Contains(places, r.Header.Get("Sec-Fetch-Dest"))
}

// admit reports whether a request has the access token: in its URL, from which it moves to a cookie, or
// in that cookie. Otherwise it answers the request.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	name := "swarmsim-" + s.port // browsers share cookies between the ports of a host
	if c, err := r.Cookie(name); err == nil && equal(c.Value, s.access) {
		return true
	}
	if !equal(r.URL.Query().Get("token"), s.access) {
		refuse(w, http.StatusUnauthorized, errors.New("this server needs its token; open the whole address that swarmsim "+
			"serve printed"))
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: name, Value: s.access, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	if r.Method == http.MethodGet && r.URL.Path == "/" {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return false
	}
	return true
}

// equal compares secrets in a time that does not depend on where they differ.
func equal(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
