package serve

import (
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// What a page of another site asks for is refused, whatever its browser says of it.
func TestOtherPagesAreRefused(t *testing.T) {
	s := newSite(t, nil)
	start := `{"scenario":"folder/tiny.yaml","settings":{}}`
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"another origin", []string{"Origin", "http://evil.example"}, http.StatusForbidden},
		{"a sandboxed report", []string{"Origin", "null"}, http.StatusForbidden},
		{"another port of this machine", []string{"Origin", "http://127.0.0.1:1"}, http.StatusForbidden},
		{"another scheme", []string{"Origin", strings.Replace(s.url, "http:", "https:", 1)}, http.StatusForbidden},
		{"a cross-site request", []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"a same-site request", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"a form that navigates", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"}, http.StatusForbidden},
		{"a rebound name", []string{"Host", "evil.example"}, http.StatusMisdirectedRequest},
		{"a rebound name with the port", []string{"Host", "evil.example" + s.url[strings.LastIndex(s.url, ":"):]}, http.StatusMisdirectedRequest},
		{"an address of the network", []string{"Host", "192.168.1.2" + s.url[strings.LastIndex(s.url, ":"):]}, http.StatusMisdirectedRequest},
		{"another port", []string{"Host", "127.0.0.1:1"}, http.StatusMisdirectedRequest},
		{"no token", []string{tokenHeader, ""}, http.StatusForbidden},
		{"a wrong token", []string{tokenHeader, "x" + s.token[1:] + "x"}, http.StatusForbidden},
		{"a form", []string{"Content-Type", "application/x-www-form-urlencoded"}, http.StatusUnsupportedMediaType},
		{"plain text", []string{"Content-Type", "text/plain"}, http.StatusUnsupportedMediaType},
	} {
		status, text := s.post("/api/runs", start, c.headers...)
		if status != c.status || message(text) == "" {
			t.Errorf("%s: status %d (%s), not %d in words", c.name, status, text, c.status)
		}
	}
	for _, path := range []string{"/api/results", "/api/events", "/api/scenarios", "/web/main.js", "/results/x/report.html"} {
		if status, _, _ := s.ask("GET", path, "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"); status != http.StatusForbidden {
			t.Errorf("%s for another site: status %d", path, status)
		}
	}
	if got := s.follow(s.start("folder/tiny.yaml", "{}"), over); got.ID != 1 {
		t.Errorf("refused requests have started runs: the next is number %d", got.ID)
	}
}

// Its own page and the address bar of a browser are served, by any name of this machine.
func TestOwnPagesAreServed(t *testing.T) {
	s := newSite(t, nil)
	port := s.url[strings.LastIndex(s.url, ":"):]
	for _, host := range []string{"127.0.0.1" + port, "localhost" + port, "[::1]" + port} {
		status, text, h := s.ask("GET", "/", "", "Host", host, "Sec-Fetch-Site", "none")
		if status != http.StatusOK || !strings.Contains(text, s.token) {
			t.Errorf("%s: %d", host, status)
		}
		policy := h.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(text, "<script>") {
			t.Errorf("policy %q", policy)
		}
	}
	// A link from elsewhere may lead here, and a report may link to another.
	if status, _, _ := s.ask("GET", "/", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document"); status != http.StatusOK {
		t.Errorf("a link: %d", status)
	}
	if status, _, _ := s.ask("GET", "/", "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"); status != http.StatusForbidden {
		t.Errorf("a frame of another site: %d", status)
	}
}

// With --remote nothing is served without the token of the URL, which moves to a cookie.
func TestRemoteNeedsTheToken(t *testing.T) {
	s := newSite(t, func(c *Config) { c.Remote, c.Host = true, "lab.example" })
	port := s.url[strings.LastIndex(s.url, ":"):]
	for _, path := range []string{"/", "/api/results", "/web/main.js", "/?token=", "/?token=wrong"} {
		if status, text, _ := s.ask("GET", path, "", "Host", "192.168.1.20"+port); status != http.StatusUnauthorized || !strings.Contains(text, "token") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	if status, _, _ := s.ask("GET", "/", "", "Host", "lab.example"+port); status != http.StatusUnauthorized {
		t.Errorf("the chosen name: %d", status)
	}
	if status, _, _ := s.ask("GET", "/", "", "Host", "other.example"+port); status != http.StatusMisdirectedRequest {
		t.Errorf("another name: %d", status)
	}
	// The whole URL leads to the page, without the token in its address.
	status, _, h := s.ask("GET", "/?token="+s.access, "", "Host", "192.168.1.20"+port)
	cookie, _, _ := strings.Cut(h.Get("Set-Cookie"), ";")
	if status != http.StatusSeeOther || h.Get("Location") != "/" || !strings.Contains(h.Get("Set-Cookie"), "HttpOnly; SameSite=Lax") {
		t.Fatalf("%d %v", status, h)
	}
	if status, text, _ := s.ask("GET", "/", "", "Host", "192.168.1.20"+port, "Cookie", cookie); status != http.StatusOK || !strings.Contains(text, s.token) {
		t.Errorf("with the cookie: %d", status)
	}
	if status, _ := s.post("/api/setup", `{"scenario":"library/churn"}`, "Cookie", cookie, "Origin", "http://evil.example"); status != http.StatusForbidden {
		t.Errorf("another origin with the cookie: %d", status)
	}
}

// A request is bounded, and what cannot be read is refused in words.
func TestBadRequests(t *testing.T) {
	s := newSite(t, nil)
	for _, c := range []struct {
		body   string
		status int
		want   string
	}{
		{`{"scenario":"` + strings.Repeat("x", 100_000) + `"}`, http.StatusRequestEntityTooLarge, "more than 65536 bytes"},
		{`{"scenario":`, http.StatusBadRequest, "unexpected EOF"},
		{`[]`, http.StatusBadRequest, "cannot unmarshal array"},
		{`{"scenario":"library/churn","sets":["x"]}`, http.StatusBadRequest, "unknown field"},
		{`{"scenario":"library/churn"} {}`, http.StatusBadRequest, "more after it"},
		{`{"scenario":"library/nothing"}`, http.StatusUnprocessableEntity, "there is no scenario of the library"},
		{`{"scenario":"folder/../../etc/passwd"}`, http.StatusUnprocessableEntity, "there is no scenario"},
		{`{"scenario":"library/churn","settings":{"content.path":"/etc/passwd"}}`, http.StatusUnprocessableEntity, "no setting"},
		{`{"scenario":"library/churn","settings":{"content.size":"{a: b}"}}`, http.StatusUnprocessableEntity, "content: "},
		{`{"scenario":"library/churn","settings":{"client.choker":"[x]"}}`, http.StatusUnprocessableEntity, `choker: there is no "[x]"`},
		{`{"scenario":"library/churn","settings":{"seed":"-1"}}`, http.StatusUnprocessableEntity, "is not a seed"},
	} {
		for _, path := range []string{"/api/setup", "/api/runs"} {
			status, text := s.post(path, c.body)
			if status != c.status || !strings.Contains(message(text), c.want) {
				t.Errorf("%s %.80s: %d %s, not %d %q", path, c.body, status, text, c.status, c.want)
			}
		}
	}
	if status, text, _ := s.ask("GET", "/nothing", ""); status != http.StatusNotFound || !strings.Contains(text, "there is no page") {
		t.Errorf("%d %s", status, text)
	}
	if status, _, _ := s.ask("DELETE", "/results/", ""); status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE: %d", status)
	}
	if left, _ := filepath.Glob(filepath.Join(s.results, "*")); len(left) > 0 {
		t.Errorf("runs were started: %v", left)
	}
}
