package webseed

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"swarmsim/torrent"
)

// FuzzResponse checks the header of a response: what it lets through must be the part asked for.
func FuzzResponse(f *testing.F) {
	f.Add(206, "bytes 10-19/100", "", "", int64(10))
	f.Add(200, "", "", "", int64(100))
	f.Add(503, "", "Tue, 01 Jan 2030 00:01:00 GMT", "", int64(0))
	f.Add(206, "bytes 10-19/*", "7", "gzip", int64(-1))
	m, _ := content([]string{"a"}, 100)
	s, err := New("http://h/", m, Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, status int, contentRange, retryAfter, encoding string, length int64) {
		r := &http.Response{StatusCode: status, ContentLength: length, Header: http.Header{
			"Content-Range": {contentRange}, "Retry-After": {retryAfter}, "Content-Encoding": {encoding},
		}}
		skip, err := s.checkResponse(r, torrent.Segment{File: 0, Offset: 10, Length: 10})
		if err == nil && (status != 200 && status != 206 || skip < 0 || skip > 10) {
			t.Errorf("status %d, skip %d", status, skip)
		}
		if parseRetryAfter(retryAfter, time.Now()) < 0 {
			t.Errorf("retry after %q", retryAfter)
		}
		if first, last, n, ok := parseContentRange(contentRange); ok && (first < 0 || last < first || n < -1) {
			t.Errorf("range %q is %d-%d/%d", contentRange, first, last, n)
		}
	})
}

// FuzzFileURL makes the URLs of files with names as they are in torrents.
func FuzzFileURL(f *testing.F) {
	f.Add("http://user:p@h/x%2fy/?q=1", "a/b %?#")
	f.Fuzz(func(t *testing.T, base, path string) {
		m := &torrent.Meta{Name: "n", Files: []torrent.File{{Path: path, Length: 1}}}
		u, err := parseURL(base)
		if err != nil {
			return
		}
		got := fileURL(u, m, 0)
		again, err := url.Parse(got.String())
		if err != nil {
			t.Fatalf("%q: %v", got, err)
		}
		if again.Host != u.Host || again.Scheme != u.Scheme {
			t.Errorf("%q with %q leads to %q", base, path, again)
		}
	})
}
