package driver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// maxReply bounds the reply of a client's control port.
const maxReply = 16 << 20

// httpClient returns an HTTP client that reaches the control port of a job's client.
func (j *Job) httpClient() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: j.dial, MaxIdleConns: 1, IdleConnTimeout: askTimeout}}
}

// fetch sends a request and returns the body of a reply with status 200. Other statuses are
// errors of type statusError.
func fetch(c *http.Client, req *http.Request) ([]byte, error) {
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReply))
	if err != nil {
		return nil, err
	}
	if res.StatusCode != http.StatusOK {
		return nil, statusError{res.StatusCode, res.Header}
	}
	return body, nil
}

type statusError struct {
	code   int
	header http.Header
}

func (e statusError) Error() string { return fmt.Sprintf("HTTP status %d", e.code) }

// postJSON posts a value and decodes the reply.
func postJSON(ctx context.Context, c *http.Client, url string, header http.Header, in, out any) error {
	text, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header = header.Clone()
	if req.Header == nil {
		req.Header = http.Header{}
	}
	req.Header.Set("Content-Type", "application/json")
	body, err := fetch(c, req)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}
