package serve

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const tiny = `name: tiny
content: {size: 512 KiB, piece: 64 KiB}
groups:
  - {name: seed, count: 1, seed: true, link: {up: 1 MB/s, down: 1 MB/s}}
  - {name: leechers, count: 4, link: {up: 500 kB/s, down: 1 MB/s}, arrival: {pattern: spread, over: 5 s}}
`

// endless is a scenario whose run takes hours.
var endless = strings.Replace(strings.Replace(tiny, "512 KiB", "60 GiB", 1), "64 KiB", "64 MiB", 1) + "stop: {deadline: 200 h}\n"

// site is a server under test.
type site struct {
	t       *testing.T
	url     string
	token   string
	access  string
	results string
	folder  string // of scenarios
	stop    func() error
}

// newSite starts a server with the two scenarios. change may change its configuration.
func newSite(t *testing.T, change func(*Config)) *site {
	t.Helper()
	s := &site{t: t, results: t.TempDir(), folder: t.TempDir()}
	s.write(filepath.Join(s.folder, "tiny.yaml"), tiny)
	s.write(filepath.Join(s.folder, "endless.yaml"), strings.Replace(endless, "tiny", "endless", 1))
	c := Config{Results: s.results, Scenarios: s.folder, Workers: 1}
	if change != nil {
		change(&c)
	}
	server, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, l) }()
	s.url, s.token, s.access = "http://"+l.Addr().String(), server.token, server.access
	var ended bool
	s.stop = func() error {
		cancel()
		ended = true
		return <-done
	}
	t.Cleanup(func() {
		if !ended {
			s.stop()
		}
	})
	return s
}

func (s *site) write(path, text string) {
	s.t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// ask sends a request. headers are name, value, name, value ...
func (s *site) ask(method, path, body string, headers ...string) (status int, text string, h http.Header) {
	s.t.Helper()
	r, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(b), answer.Header
}

// post sends JSON as a page of the server does.
func (s *site) post(path, body string, headers ...string) (status int, text string) {
	s.t.Helper()
	status, text, _ = s.ask("POST", path, body, append([]string{"Content-Type", "application/json", tokenHeader, s.token}, headers...)...)
	return status, text
}

// start starts a run and returns its number.
func (s *site) start(scenario, settings string) int {
	s.t.Helper()
	status, text := s.post("/api/runs", `{"scenario":"`+scenario+`","settings":`+settings+`}`)
	var out struct{ ID int }
	if err := json.Unmarshal([]byte(text), &out); status != http.StatusCreated || err != nil {
		s.t.Fatalf("starting %s: %d %s", scenario, status, text)
	}
	return out.ID
}

// follow reads the event stream until a run is as wanted.
func (s *site) follow(id int, wanted func(*jobView) bool) jobView {
	s.t.Helper()
	answer, err := http.Get(s.url + "/api/events")
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var v jobView
		if json.Unmarshal([]byte(data), &v) == nil && v.ID == id && wanted(&v) {
			return v
		}
	}
	s.t.Fatalf("the event stream ended: %v", lines.Err())
	return jobView{}
}

func over(v *jobView) bool { return v.State.ended() }

// message returns the error in an answer.
func message(text string) string {
	var out struct{ Error string }
	_ = json.Unmarshal([]byte(text), &out)
	return out.Error
}

// UnmarshalJSON reads null as nothing.
func (n *number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}
