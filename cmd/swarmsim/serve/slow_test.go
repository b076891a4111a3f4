package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A client that sends slowly, or takes nothing, is hung up on, and others are served meanwhile.
func TestSlowClientsAreHungUpOn(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.timeouts = timeouts{header: 100 * time.Millisecond, request: 200 * time.Millisecond, write: 100 * time.Millisecond,
			idle: 100 * time.Millisecond}
		c.limits = limits{}.orDefaults(0)
		c.limits.connections = 4
	})
	s.write(filepath.Join(s.results, "big", "events.parquet"), strings.Repeat("x", 64<<20))
	address := strings.TrimPrefix(s.url, "http://")
	for name, text := range map[string]string{
		"nothing":          "",
		"half of a header": "GET / HTTP/1.1\r\nHost: " + address + "\r\nX-Slow: ",
		"half of a body": "POST /api/runs HTTP/1.1\r\nHost: " + address + "\r\nContent-Type: application/json\r\n" +
			tokenHeader + ": " + s.token + "\r\nContent-Length: 1000\r\n\r\n{",
		"a download that it does not take": "GET /results/big/events.parquet HTTP/1.1\r\nHost: " + address + "\r\n\r\n",
	} {
		var held []net.Conn
		for range 4 { // all that the server accepts
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(c, text)
			held = append(held, c)
		}
		s.waitUntilServed()
		least := int64(64 << 20) // the one that was hung up on first got no more of the file
		for _, c := range held {
			n, _ := io.Copy(io.Discard, c)
			least = min(least, n)
			c.Close()
		}
		if least >= 64<<20 {
			t.Errorf("%s: the whole file was sent", name)
		}
	}
}

// waitUntilServed asks until the server answers: on a busy machine this client may be slow too.
func (s *site) waitUntilServed() {
	for {
		if answer, err := http.Get(s.url + "/web/style.css"); err == nil {
			answer.Body.Close()
			return
		}
	}
}

// The number of event streams is bounded, and one that has ended makes room.
func TestEventStreamsAreBounded(t *testing.T) {
	s := newSite(t, func(c *Config) {
		c.timeouts = timeouts{beat: 20 * time.Millisecond, refresh: 10 * time.Millisecond}
		c.limits = limits{}.orDefaults(0)
		c.limits.streams = 2
	})
	var open []io.Closer
	for range 2 {
		answer, err := http.Get(s.url + "/api/events")
		if err != nil {
			t.Fatal(err)
		}
		if line, _ := bufio.NewReader(answer.Body).ReadString('\n'); line != "event: ready\n" {
			t.Errorf("the stream begins with %q", line)
		}
		open = append(open, answer.Body)
	}
	if status, text, _ := s.ask("GET", "/api/events", ""); status != http.StatusServiceUnavailable || !strings.Contains(message(text), "too many pages") {
		t.Errorf("%d %s", status, text)
	}
	for _, c := range open {
		c.Close()
	}
	s.follow(s.startOnceThereIsRoom(), over)
}

// startOnceThereIsRoom starts a run when an event stream can be opened again.
func (s *site) startOnceThereIsRoom() int {
	s.t.Helper()
	for {
		answer, err := http.Get(s.url + "/api/events")
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				break
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	return s.start("folder/tiny.yaml", "{}")
}
