package announce

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"swarmsim/client/live/httpclient"
)

// httpTracker is a tracker that is asked over HTTP or HTTPS.
type httpTracker struct {
	url     *url.URL
	options Options
	client  *http.Client
	shared  bool // the client is the caller's

	closed context.Context
	close  context.CancelFunc
}

func newHTTP(u *url.URL, o Options) (Tracker, error) {
	if err := httpclient.CheckURL(u); err != nil {
		return nil, fmt.Errorf("tracker URL: %w", err)
	}
	t := &httpTracker{url: u, options: o, client: o.Client, shared: o.Client != nil}
	if !t.shared {
		t.client = httpclient.New(httpclient.Options{Local: o.Local, TLS: o.TLS})
	}
	t.closed, t.close = context.WithCancel(context.Background())
	return t, nil
}

func (t *httpTracker) Name() string { return name(t.url) }

func (t *httpTracker) Close() error {
	t.close()
	if !t.shared {
		t.client.CloseIdleConnections()
	}
	return nil
}

func (t *httpTracker) Announce(ctx context.Context, r Request) (Response, error) {
	u := *t.url
	u.RawQuery = announceQuery(u.RawQuery, &r)
	body, trip, err := t.get(ctx, &u)
	if err != nil {
		return Response{}, fmt.Errorf("announce to %s: %w", t.Name(), err)
	}
	response, err := decodeAnnounce(body, &t.options, trip.Remote().IsLoopback())
	if err != nil {
		return Response{}, fmt.Errorf("announce to %s: %w", t.Name(), err)
	}
	return response, nil
}

// scrapeHashes bounds the torrents in one request: a URL of 50 has some 3.5 kB, which servers accept.
const scrapeHashes = 50

func (t *httpTracker) Scrape(ctx context.Context, hashes ...[20]byte) (map[[20]byte]Stats, error) {
	base, ok := scrapeURL(t.url)
	if !ok {
		return nil, fmt.Errorf("scrape of %s: %w", t.Name(), ErrNoScrape)
	}
	out := map[[20]byte]Stats{}
	for part := range slices.Chunk(hashes, scrapeHashes) {
		u := *base
		u.RawQuery = scrapeQuery(u.RawQuery, part)
		body, _, err := t.get(ctx, &u)
		if err == nil {
			err = decodeScrape(body, part, out)
		}
		if err != nil {
			return nil, fmt.Errorf("scrape of %s: %w", t.Name(), err)
		}
	}
	return out, nil
}

// get asks for a URL and returns the response's body. Go's client sends the user and the password of
// the URL (basic authentication) and decompresses.
func (t *httpTracker) get(ctx context.Context, u *url.URL) ([]byte, *httpclient.Trip, error) {
	ctx, cancel := context.WithTimeout(ctx, t.options.Timeout)
	defer cancel()
	defer context.AfterFunc(t.closed, cancel)()
	ctx, trip := httpclient.With(ctx, isTrackerPath(u.Path))
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, nil, httpclient.Reason(err)
	}
	if t.options.UserAgent != "" {
		r.Header.Set("User-Agent", t.options.UserAgent)
	}
	resp, err := t.client.Do(r)
	if err != nil {
		return nil, nil, httpclient.Reason(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, t.options.MaxResponse+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("read the response: %w", err)
	case int64(len(body)) > t.options.MaxResponse:
		return nil, nil, fmt.Errorf("the response has more than %d bytes", t.options.MaxResponse)
	case resp.StatusCode != http.StatusOK:
		return nil, nil, statusError(resp, body)
	}
	return body, trip, nil
}

// isTrackerPath reports whether a path looks like a tracker's. On the local network no other is
// asked for: a torrent file could name the user's router as its tracker.
func isTrackerPath(p string) bool {
	last := path.Base(p)
	return strings.HasPrefix(last, "announce") || strings.HasPrefix(last, "scrape")
}

// statusError returns the error for a status other than 200: the tracker's failure reason if the body
// has one, else the status.
func statusError(resp *http.Response, body []byte) error {
	var d httpResponse
	if decodeDict(body, &d) == nil && d.failure() != nil {
		return d.failure()
	}
	status := fmt.Sprintf("%d %s", resp.StatusCode, http.StatusText(resp.StatusCode))
	seconds, err := strconv.Atoi(resp.Header.Get("Retry-After")) // RFC 9110 section 10.2.3
	if err == nil && seconds > 0 {
		return &Failure{Reason: status, RetryIn: min(secondsToDuration(int64(seconds)), 24*time.Hour)}
	}
	return errors.New("the server answers " + status)
}
