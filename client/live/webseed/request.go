package webseed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"swarmsim/client/live/httpclient"
	"swarmsim/torrent"
)

// callbackError is an error of Fetch's callee, which is none of the server.
type callbackError struct{ error }

func (e callbackError) Unwrap() error { return e.error }

// fetchPart fetches a part of one file, and notes success or failure.
func (s *Seed) fetchPart(ctx context.Context, part torrent.Segment, a *assembler) error {
	if reason := s.missingReason(part.File); reason != nil {
		return &FileError{part.File, s.meta.Files[part.File].Path, reason}
	}
	err := s.request(ctx, part, a)
	if c := (callbackError{}); errors.As(err, &c) {
		return c.error
	}
	switch {
	case err == nil:
		s.onSuccess()
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		s.onFailure(err)
	}
	return err
}

// errStalled is the cause of a request that has come to a stop.
var errStalled = errors.New("the server sends nothing")

// request asks for a part of a file and reads it into a.
func (s *Seed) request(ctx context.Context, part torrent.Segment, a *assembler) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(s.options.Stall, func() { cancel(errStalled) })
	defer watch.Stop()
	u := fileURL(s.url, s.meta, part.File)
	tripContext, _ := httpclient.With(ctx, u.RawQuery == "") // as libtorrent's ssrf_mitigation
	r, err := http.NewRequestWithContext(tripContext, http.MethodGet, u.String(), nil)
	if err != nil {
		return httpclient.Reason(err)
	}
	r.Header.Set("Range", fmt.Sprintf("bytes=%d-%d", part.Offset, part.Offset+part.Length-1))
	r.Header.Set("Accept-Encoding", "identity") // a range of compressed content is not one of the file
	if s.options.UserAgent != "" {
		r.Header.Set("User-Agent", s.options.UserAgent)
	}
	s.count(0, 1)
	resp, err := s.client.Do(r)
	if err != nil {
		return stallOr(ctx, httpclient.Reason(err))
	}
	defer resp.Body.Close()
	skip, err := s.checkResponse(resp, part)
	if err != nil {
		return err
	}
	body := &body{s: s, ctx: ctx, r: resp.Body, watch: watch}
	if err := body.discard(skip); err != nil {
		return err
	}
	if err := body.read(part.Length, a); err != nil {
		return err
	}
	if resp.StatusCode == http.StatusPartialContent {
		watch.Reset(s.options.Stall)
		resp.Body.Read(make([]byte, 1)) // the end, so that the connection can be used again
	}
	return nil
}

// stallOr returns errStalled if that ended a request, else its error.
func stallOr(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errStalled) {
		return errStalled
	}
	return err
}

// checkResponse checks a response's status, range and length. It returns how many bytes come before
// the part.
func (s *Seed) checkResponse(resp *http.Response, part torrent.Segment) (skip int64, err error) {
	file := &s.meta.Files[part.File]
	lacks := func(format string, args ...any) error {
		return &FileError{part.File, file.Path, fmt.Errorf(format, args...)}
	}
	if e := resp.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return 0, lacks("the server encodes it as %q", e)
	}
	switch code := resp.StatusCode; {
	case code == http.StatusPartialContent:
		first, last, length, ok := parseContentRange(resp.Header.Get("Content-Range"))
		if length >= 0 && length != file.Length {
			return 0, lacks("the server has %d bytes, the torrent %d", length, file.Length)
		}
		if !ok || first != part.Offset || last < part.Offset+part.Length-1 {
			return 0, fmt.Errorf("the server sends the range %q; bytes %d-%d were asked for",
				resp.Header.Get("Content-Range"), part.Offset, part.Offset+part.Length-1)
		}
		return 0, nil
	case code == http.StatusOK:
		if n := resp.ContentLength; n >= 0 && n != file.Length {
			return 0, lacks("the server has %d bytes, the torrent %d", n, file.Length)
		}
		if part.Offset > s.options.MaxDiscard {
			return 0, lacks("the server does not support ranges")
		}
		return part.Offset, nil
	case code == http.StatusTooManyRequests || code == http.StatusRequestTimeout || code >= 500 || code < 400:
		err := fmt.Errorf("the server answers %d %s", code, http.StatusText(code))
		if after := parseRetryAfter(resp.Header.Get("Retry-After"), time.Now()); after > 0 {
			return 0, &retryError{err, after}
		}
		return 0, err
	default:
		return 0, lacks("the server answers %d %s", code, http.StatusText(code))
	}
}

// parseContentRange parses "bytes 0-99/1000"; length is -1 if it is * (RFC 9110 section 14.4).
func parseContentRange(v string) (first, last, length int64, ok bool) {
	v, ok = strings.CutPrefix(strings.TrimSpace(v), "bytes ")
	if !ok {
		return 0, 0, -1, false
	}
	span, total, _ := strings.Cut(v, "/")
	from, to, _ := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(strings.TrimSpace(from), 10, 64)
	last, err2 := strconv.ParseInt(strings.TrimSpace(to), 10, 64)
	length, err := strconv.ParseInt(strings.TrimSpace(total), 10, 64)
	if err != nil || length < 0 {
		length = -1
	}
	return first, last, length, err1 == nil && err2 == nil && first >= 0 && last >= first
}

// parseRetryAfter parses seconds or a date (RFC 9110 section 10.2.3); 0 if it is neither, or past.
func parseRetryAfter(v string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseInt(v, 10, 32); err == nil {
		return time.Duration(max(0, seconds)) * time.Second
	}
	if at, err := http.ParseTime(v); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

// body reads the content of a response.
type body struct {
	s     *Seed
	ctx   context.Context
	r     io.Reader
	watch *time.Timer // ends the request after a time without a byte
}

// maxRead bounds one read in bytes, so that a rate limit is even.
const maxRead = 16 << 10

// read reads length bytes into a.
func (b *body) read(length int64, a *assembler) error {
	for length > 0 {
		space := a.space()
		n, err := b.readSome(space[:min(int64(len(space)), length, maxRead)])
		length -= int64(n)
		b.s.count(int64(n), 0)
		b.watch.Stop() // the callee may wait for as long as it likes
		if n > 0 {
			if err := a.advance(n); err != nil {
				return callbackError{err}
			}
		}
		if err != nil && length > 0 {
			return b.endOf(err, length)
		}
	}
	return nil
}

// discard reads bytes in vain.
func (b *body) discard(length int64) error {
	buf := make([]byte, min(length, maxRead))
	for length > 0 {
		n, err := b.readSome(buf[:min(int64(len(buf)), length)])
		if length -= int64(n); err != nil && length > 0 {
			return b.endOf(err, length)
		}
	}
	return nil
}

func (b *body) readSome(space []byte) (int, error) {
	if limit := b.s.options.Limit; limit != nil {
		b.watch.Stop()
		if err := limit(b.ctx, len(space)); err != nil {
			return 0, err
		}
	}
	b.watch.Reset(b.s.options.Stall)
	return b.r.Read(space)
}

// endOf returns the error of a body that ends with bytes missing.
func (b *body) endOf(err error, missing int64) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the response ends %d bytes early", missing)
	}
	return stallOr(b.ctx, err)
}
